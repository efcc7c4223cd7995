package main

import (
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/guptarohit/asciigraph"

	"github.com/tropicbot/terraform-provider-tropic/tropic/meter"
)

// graph draws values, one for each point, over time. Labels of the upright axis are as wide as given at least, so that
// graphs stand below one another.
func (p plot) graph(caption string, values []float64, height, label int) string {
	number := axisNumber(values)
	options := []asciigraph.Option{
		asciigraph.Height(height), asciigraph.LowerBound(0),
		asciigraph.YAxisValueFormatter(func(v float64) string {
			text := number(v)
			return strings.Repeat(" ", max(0, label-len(text))) + text
		}),
		asciigraph.XAxisRange(float64(p.from), float64(p.to)), asciigraph.XAxisTickCount(5), asciigraph.XAxisValueFormatter(p.clock),
	}
	if slices.Max(values) <= 0 && slices.Min(values) == 0 {
		options = append(options, asciigraph.UpperBound(1)) // else nothing has no height
	}
	return caption + "\n" + asciigraph.Plot(values, options...)
}

// axisNumber writes values of the upright axis with as many places as tell its rows apart.
func axisNumber(values []float64) func(float64) string {
	largest := max(math.Abs(slices.Max(values)), math.Abs(slices.Min(values)))
	places := 0
	switch {
	case largest < 1:
		places = 3
	case largest < 20:
		places = 2
	case largest < 200:
		places = 1
	}
	return func(v float64) string {
		text := strconv.FormatFloat(v, 'f', places, 64)
		if strings.Trim(text, "-0.") == "" {
			text = strings.TrimPrefix(text, "-")
		}
		return text
	}
}

// clock is a time of the level axis, in UTC, as fine as the stretch asks for.
func (p plot) clock(at float64) string {
	const day = 24 * time.Hour
	layout := time.DateOnly
	switch span := p.to.Sub(p.from); {
	case span < 10*time.Minute:
		layout = time.TimeOnly
	case span < 2*day:
		layout = "15:04"
	case span < 10*day:
		layout = "01-02 15:04"
	}
	return meter.Instant(at).Time().Format(layout)
}
