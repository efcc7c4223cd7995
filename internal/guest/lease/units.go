package lease

import _ "embed"

// Timer is the unit that has systemd look at the lease.
const Timer = "tropic-lease.timer"

// UnitDir is where units of a machine's administrator lie (systemd.unit(5)).
const UnitDir = "/etc/systemd/system"

//go:embed units/tropic-lease.service
var serviceUnit string

//go:embed units/tropic-lease.timer
var timerUnit string

//go:embed units/timers.target.d/tropic-lease.conf
var wantedAtBoot string

// Units maps the path of each file that the timer needs to its content. The last enables it: a drop-in, where systemctl
// enable would make a link, so that it is written and healed like any other file.
func Units() map[string]string {
	return map[string]string{
		UnitDir + "/tropic-lease.service":              serviceUnit,
		UnitDir + "/" + Timer:                          timerUnit,
		UnitDir + "/timers.target.d/tropic-lease.conf": wantedAtBoot,
	}
}
