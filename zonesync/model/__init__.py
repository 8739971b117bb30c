"""The canonical model: names, rdata, RRsets and zones as frozen values. No I/O, no imports of ours."""
