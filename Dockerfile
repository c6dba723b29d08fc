# An image with nothing but what serves: `docker build -t remote .`, how to run it: "Deploy" in README.md.
# It is in this folder because Heroku builds from the folder of the Dockerfile.

FROM debian:trixie-slim AS build
RUN apt-get update && apt-get install -y --no-install-recommends python3-venv
WORKDIR /src
COPY pyproject.toml README.md ./
COPY remote remote
# Wheels only, so that there is no compiler here either; pip itself does not go along.
RUN python3 -m venv /opt/remote \
    && /opt/remote/bin/pip install --no-cache-dir --only-binary :all: . \
    && /opt/remote/bin/pip uninstall -y pip

FROM debian:trixie-slim
COPY Aptfile /tmp/
RUN apt-get update \
    && xargs -a /tmp/Aptfile apt-get install -y --no-install-recommends python3 \
    && rm -rf /var/lib/apt/lists/* /tmp/Aptfile
COPY --from=build /opt/remote /opt/remote
# A number, so that Kubernetes' runAsNonRoot can see that it is not root's. It owns nothing and needs no name.
USER 10001:10001
# All addresses: a container's own is known to nobody beforehand. What may reach it is the network's to say.
ENV HOST=0.0.0.0 PORT=5000 PATH=/opt/remote/bin:/usr/bin:/bin PYTHONDONTWRITEBYTECODE=1
EXPOSE 5000
STOPSIGNAL SIGTERM
# Alive, by the endpoint made for it; there is no curl here. urlopen raises, so exits with 1, on any answer but 200.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s CMD ["python3", "-c", \
    "import os, urllib.request as http; http.urlopen(f'http://127.0.0.1:{os.environ[\"PORT\"]}/healthz', timeout=2)"]
CMD ["gunicorn", "--config", "python:remote.server"]
