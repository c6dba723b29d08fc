"""The wall: every upload is decoded in a locked process of its own.

::

    gunicorn worker                          zygote                    decoder
      door      queue, slots, one job          forks, reaps, kills       locks itself, then waits
      supply    starts the zygote  ---------->    |
      decoders  <-- two sockets of a spare -------+------ fork ------->  serve
      channel   job, memfds ---------------------------------------->    perform (remote.imaging)
                fixed-size reply, bytes in a memfd <-----------------    exit
"""
