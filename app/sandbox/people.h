// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/samples.h"

#include <cstdint>
#include <optional>
#include <string>

namespace crossfade {

// One practice user, as both platforms know it.
struct Person {
    std::string id; // "u0000001": byte order is number order
    std::string email;
    std::string displayName;
    std::optional<std::string> legalName;
    std::optional<std::string> phone;
    std::string department;
    std::string roles;       // sorted, comma separated
    std::string permissions; // sorted, comma separated
    std::string locale;
    bool active = true;
    std::int64_t creditCents = 0;
    std::string passwordSalt;
    std::string passwordHash;
    std::int64_t createdMs = 0; // Unix milliseconds
    std::int64_t updatedMs = 0;
    int offsetMinutes = 0;
};

std::string userId(std::int64_t number); // number from 1

// One user in fifty is rewritten again and again by the writer; data faults leave those alone.
bool isRewritten(std::int64_t number);

// Composes users from the sample lists. The same seed gives the same users, whatever their count.
class People {
public:
    People(const Samples &samples, std::uint64_t seed);

    Person person(std::int64_t number) const;
    bool isActive(std::int64_t number) const; // without composing the rest
    std::string password(std::int64_t number) const;

private:
    // Users came in intakes that shared a first password and a salt: so a sandbox of 50 000 users
    // hashes 256 passwords at its start, not 50 000.
    struct Intake {
        std::string password;
        std::string salt;
        std::string hash;
    };
    static constexpr std::size_t IntakeCount = 256;
    const Intake &intake(std::int64_t number) const;
    void addRoles(Person &person, std::uint64_t draw) const;

    const Samples &m_samples;
    std::uint64_t m_seed;
    std::vector<Intake> m_intakes;
};

} // namespace crossfade
