{0: {1: {0: 'coaps://eu.iot.avsystem.cloud:5684', 1: False, 2: 0, 3: b'example-psk-identity', 5: b'3x@mpl3P5K53cr3tK3y', 10: 1}},
 1: {1: {0: 1, 1: 86400, 6: False, 7: 'U'}}}
