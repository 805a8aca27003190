#!/bin/sh
# What the service `restless` does.
while sleep 0.2; do
	if /tests/bin/probe -t 500 tcp 8.8.8.8 5300 >/dev/null 2>&1; then
		date >>/run/escaped
	fi
	echo >>/run/tried
done
