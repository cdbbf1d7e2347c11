package api

import (
	"maps"

	structural "k8s.io/apiextensions-apiserver/pkg/apiserver/schema"
	"k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel"
	celconfig "k8s.io/apiserver/pkg/apis/cel"
)

// ruled is a part of a schema that has CEL rules, or has parts that have. A rule
// is compiled when the first object comes that has the part: compiling takes a
// hundred times as long as judging, and most objects have few of the parts. In
// the schema that rules are compiled with, all types stand; rules that are not
// wanted are taken out.
type ruled struct {
	rules      bool // rules of its own
	wanted     bool // its rules are to be compiled next
	compiled   bool
	properties map[string]*ruled
	// each is an item of a list, or a value of a map.
	each *ruled
}

// ruledParts returns nil where there are no rules.
func ruledParts(s *structural.Structural) *ruled {
	if s == nil {
		return nil
	}
	p := &ruled{rules: len(s.XValidations) > 0, properties: map[string]*ruled{}, each: ruledParts(s.Items)}
	for name := range s.Properties {
		property := s.Properties[name]
		if below := ruledParts(&property); below != nil {
			p.properties[name] = below
		}
	}
	if p.each == nil && s.AdditionalProperties != nil {
		p.each = ruledParts(s.AdditionalProperties.Structural)
	}
	if s.ValueValidation != nil && len(s.ValueValidation.AllOf) > 0 {
		p.rules = true // there may be more in them
	}
	if !p.rules && len(p.properties) == 0 && p.each == nil {
		return nil
	}
	return p
}

// want notes the parts that a value has, and reports whether some have rules that
// are not compiled yet.
func (p *ruled) want(value any) bool {
	if p == nil {
		return false
	}
	p.wanted = p.rules && !p.compiled
	more := p.wanted
	switch value := value.(type) {
	case map[string]any:
		for name, v := range value {
			below := p.properties[name]
			if below == nil {
				below = p.each
			}
			more = below.want(v) || more
		}
	case []any:
		for _, v := range value {
			more = p.each.want(v) || more
		}
	}
	return more
}

// compile compiles the rules that are wanted.
func (p *ruled) compile(s *structural.Structural) *cel.Validator {
	only := p.only(*s)
	return cel.NewValidator(&only, true, celconfig.PerCallLimit)
}

// only is a schema with the rules that are wanted, which count as compiled then.
func (p *ruled) only(s structural.Structural) structural.Structural {
	if p == nil {
		return s
	}
	if !p.wanted {
		s.XValidations = nil
		s.ValueValidation = withoutAllOf(s.ValueValidation)
	}
	p.compiled, p.wanted = p.compiled || p.wanted, false
	if len(p.properties) > 0 {
		s.Properties = maps.Clone(s.Properties)
		for name, below := range p.properties {
			s.Properties[name] = below.only(s.Properties[name])
		}
	}
	if p.each != nil && s.Items != nil {
		items := p.each.only(*s.Items)
		s.Items = &items
	} else if p.each != nil {
		values := *s.AdditionalProperties
		each := p.each.only(*values.Structural)
		values.Structural = &each
		s.AdditionalProperties = &values
	}
	return s
}

// withoutAllOf leaves out the schemas below, in which there may be rules.
func withoutAllOf(v *structural.ValueValidation) *structural.ValueValidation {
	if v == nil || len(v.AllOf) == 0 {
		return v
	}
	out := *v
	out.AllOf = nil
	return &out
}
