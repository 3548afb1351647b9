// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/result.h"

#include <string>
#include <vector>

namespace crossfade {

struct SampleName {
    std::string written; // in its own script
    std::string latin;   // a–z and '-', for email addresses
};

struct SampleLocale {
    std::string locale;    // "de-DE"
    int offsetMinutes = 0; // east of UTC; LEGACY writes its times with it
    bool familyFirst = false;
    std::string separator; // between the two names
    std::vector<SampleName> given;
    std::vector<SampleName> family;
};

struct SampleRole {
    std::string role;
    std::vector<std::string> permissions;
};

// The small lists the practice users are composed from: resources/samples.
struct Samples {
    std::vector<SampleLocale> locales;
    std::vector<std::string> departments;
    std::vector<SampleRole> roles;
};

Result<Samples> loadSamples(const std::string &directory);
// The folder resources/ of this build or installation: $CROSSFADE_RESOURCES, else beside the
// program, else the sources it was built from.
std::string sandboxResources();

} // namespace crossfade
