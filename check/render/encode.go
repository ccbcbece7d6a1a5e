package render

import (
	"bytes"
	"encoding/json"
	"reflect"
	"strconv"
	"time"
)

// encode writes v as package encoding/json does, except for what a report needs:
//   - a time.Duration is a number of seconds, without an exponent;
//   - a time.Time is in UTC and has milliseconds;
//   - a slice without elements is [], whether it is nil or not;
//   - a field with the tag null:"zero" is null if it is zero.
func encode(b *bytes.Buffer, v reflect.Value) {
	switch x := v.Interface().(type) {
	case time.Duration:
		b.WriteString(decimal(x.Seconds()))
		return
	case time.Time:
		b.WriteString(x.UTC().Format(`"2006-01-02T15:04:05.000Z07:00"`))
		return
	case json.Number:
		b.WriteString(string(x))
		return
	}
	switch v.Kind() {
	case reflect.Pointer:
		if v.IsNil() {
			b.WriteString("null")
			return
		}
		encode(b, v.Elem())
	case reflect.Slice:
		list(b, '[', ']', v.Len(), func(i int) { encode(b, v.Index(i)) })
	case reflect.Struct:
		all := members(v)
		list(b, '{', '}', len(all), func(i int) { all[i].encode(b) })
	case reflect.Float64:
		b.WriteString(decimal(v.Float()))
	default:
		writer := json.NewEncoder(b)
		writer.SetEscapeHTML(false)
		if err := writer.Encode(v.Interface()); err != nil {
			panic(err) // a report has strings, numbers and truth values only
		}
		b.Truncate(b.Len() - 1) // its line end
	}
}

// list writes n elements in brackets.
func list(b *bytes.Buffer, left, right byte, n int, element func(int)) {
	b.WriteByte(left)
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		element(i)
	}
	b.WriteByte(right)
}

// A member is a field of a struct that has a name in JSON.
type member struct {
	name  string
	value reflect.Value
	null  bool
}

// members are the fields of a struct and of those embedded in it.
func members(v reflect.Value) []member {
	var all []member
	for i := range v.NumField() {
		field := v.Type().Field(i)
		name := field.Tag.Get("json")
		switch {
		case name == "-":
		case field.Anonymous:
			all = append(all, members(v.Field(i))...)
		default:
			all = append(all, member{name, v.Field(i), field.Tag.Get("null") == "zero" && v.Field(i).IsZero()})
		}
	}
	return all
}

func (m member) encode(b *bytes.Buffer) {
	b.WriteString(strconv.Quote(m.name) + ":")
	if m.null {
		b.WriteString("null")
		return
	}
	encode(b, m.value)
}

// decimal is the shortest plain decimal number that reads back as v.
func decimal(v float64) string { return strconv.FormatFloat(v, 'f', -1, 64) }
