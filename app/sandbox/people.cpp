// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/people.h"

#include "app/sandbox/password.h"
#include "app/sandbox/random.h"

#include <algorithm>
#include <set>

namespace crossfade {

namespace {

// Purposes of the random streams.
constexpr std::uint64_t ActiveStream = 1;
constexpr std::uint64_t PersonStream = 2;
constexpr std::uint64_t IntakeStream = 3;

constexpr std::int64_t FirstCreatedMs = 1'420'070'400'000; // 2015-01-01
constexpr std::int64_t CreatedSpanMs = 10LL * 365 * 86'400'000;
constexpr std::int64_t UpdatedSpanMs = 300LL * 86'400'000;

template <class T>
const T &pick(const std::vector<T> &list, SeededRandom &random)
{
    return list[random.below(list.size())];
}

std::string digits(std::uint64_t value, std::size_t width)
{
    std::string text = std::to_string(value);
    return text.size() < width ? std::string(width - text.size(), '0') + text : text;
}

std::string joined(const std::set<std::string> &words)
{
    std::string text;
    for (const std::string &word : words)
        text += (text.empty() ? "" : ",") + word;
    return text;
}

} // namespace

std::string userId(std::int64_t number)
{
    return "u" + digits(static_cast<std::uint64_t>(number), 7);
}

bool isRewritten(std::int64_t number)
{
    return number % 50 == 7;
}

People::People(const Samples &samples, std::uint64_t seed)
    : m_samples(samples)
    , m_seed(seed)
{
    for (std::size_t i = 0; i < IntakeCount; ++i) {
        SeededRandom random(seed, IntakeStream, i);
        Intake intake;
        intake.password = "Willkommen-" + digits(random.below(1'000'000'000), 9);
        intake.salt = digits(random.next() % 10'000'000'000'000'000u, 16);
        intake.hash = passwordHash(intake.password, intake.salt);
        m_intakes.push_back(std::move(intake));
    }
}

const People::Intake &People::intake(std::int64_t number) const
{
    return m_intakes[static_cast<std::size_t>(number) % m_intakes.size()];
}

bool People::isActive(std::int64_t number) const
{
    return !SeededRandom(m_seed, ActiveStream, static_cast<std::uint64_t>(number)).chance(0.02);
}

std::string People::password(std::int64_t number) const
{
    return intake(number).password;
}

void People::addRoles(Person &person, std::uint64_t draw) const
{
    std::set<std::string> roles;
    std::set<std::string> permissions;
    const std::size_t count = 1 + draw % 2;
    for (std::size_t i = 0; i < count; ++i) {
        const SampleRole &role = m_samples.roles[(draw / 2 + i) % m_samples.roles.size()];
        roles.insert(role.role);
        permissions.insert(role.permissions.begin(), role.permissions.end());
    }
    person.roles = joined(roles);
    person.permissions = joined(permissions);
}

Person People::person(std::int64_t number) const
{
    SeededRandom random(m_seed, PersonStream, static_cast<std::uint64_t>(number));
    const SampleLocale &locale = pick(m_samples.locales, random);
    const SampleName &given = pick(locale.given, random);
    const SampleName &family = pick(locale.family, random);

    Person person;
    person.id = userId(number);
    person.email = given.latin + "." + family.latin + "." + std::to_string(number) + "@example.org";
    person.displayName = locale.familyFirst ? family.written + locale.separator + given.written
                                            : given.written + locale.separator + family.written;
    if (random.chance(0.3)) person.legalName = person.displayName;
    if (random.chance(0.9))
        person.phone = "+" + digits(100'000'000'000 + random.below(899'999'999'999), 12);
    person.department = pick(m_samples.departments, random);
    addRoles(person, random.below(1'000));
    person.locale = locale.locale;
    person.offsetMinutes = locale.offsetMinutes;
    person.active = isActive(number);
    person.creditCents = static_cast<std::int64_t>(random.below(500'000));
    if (random.chance(0.3)) person.creditCents -= person.creditCents % 10;
    person.passwordSalt = intake(number).salt;
    person.passwordHash = intake(number).hash;
    // Whole seconds: LEGACY keeps no fractions.
    const auto drawn = [&](std::int64_t span) {
        const auto draw = static_cast<std::int64_t>(random.below(static_cast<std::uint64_t>(span)));
        return draw - draw % 1'000;
    };
    person.createdMs = FirstCreatedMs + drawn(CreatedSpanMs);
    person.updatedMs = person.createdMs + drawn(UpdatedSpanMs);
    return person;
}

} // namespace crossfade
