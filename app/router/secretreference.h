// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"

#include <string>

namespace crossfade {

// Where a password or token stands on this machine; it itself is neither stored nor answered.
struct SecretReference {
    std::string env;  // the name of an environment variable, or
    std::string file; // of a file, whose first line it is
    bool operator==(const SecretReference &) const = default;
};

// The field `secret`: {env} or {file}; absent: none.
SecretReference readSecretReference(JsonReader &in);
Json secretReferenceToJson(const SecretReference &reference); // null: none
// What it names, "" if it names nothing. Unavailable, with words that hold no secret.
Result<std::string> referencedSecret(const SecretReference &reference);

} // namespace crossfade
