package protocol

import (
	"crypto/sha256"
	"crypto/subtle"
	"net/http"
	"strings"
)

// Role says what a token allows; each role includes those before it.
type Role uint8

// The roles. A request without a token has RoleRead unless tokens for reading
// are configured.
const (
	RoleNone Role = iota
	RoleRead
	RoleWrite
	RoleAdmin
)

// role returns what the request may do. Tokens are compared in constant time,
// by their hashes, against every configured token.
func (o *Options) role(r *http.Request) Role {
	given := ""
	if kind, token, ok := strings.Cut(r.Header.Get("Authorization"), " "); ok && strings.EqualFold(kind, "Bearer") {
		given = strings.TrimSpace(token)
	}
	role := RoleRead
	for _, needed := range o.Tokens {
		if needed == RoleRead {
			role = RoleNone
		}
	}
	if len(o.Tokens) == 0 && o.Writable {
		role = RoleAdmin
	}
	sum := sha256.Sum256([]byte(given))
	for token, has := range o.Tokens {
		want := sha256.Sum256([]byte(token))
		if subtle.ConstantTimeCompare(sum[:], want[:]) == 1 && has > role {
			role = has
		}
	}
	return role
}
