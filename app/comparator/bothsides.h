// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/comparator/entity.h"

#include <future>
#include <string>
#include <utility>

namespace crossfade {

// Asks both databases, which work on it at the same time; an error says of which side it is.
template <class Answer, class Ask>
Result<std::pair<Answer, Answer>> askBoth(EntityReader &reader, Ask ask)
{
    const auto of = [&reader, &ask](Platform side) -> Result<Answer> {
        Result<Answer> answer = ask(reader.source(side), reader.view(side));
        if (!answer && answer.error().kind != ErrorKind::Cancelled) {
            Error error = answer.error();
            error.message = std::string(platformWord(side)) + ": " + error.message;
            return fail(std::move(error));
        }
        return answer;
    };
    auto fresh = std::async(std::launch::async, of, Platform::New);
    Result<Answer> legacy = of(Platform::Legacy);
    Result<Answer> other = fresh.get();
    if (!legacy) return fail(legacy.error());
    if (!other) return fail(other.error());
    return std::pair(std::move(*legacy), std::move(*other));
}

// Two PostgreSQL have a cheaper one than all of them.
inline DigestKind digestKindOf(const MappedSources &sources)
{
    const bool postgres = sources.legacy.kind == SourceKind::Postgres && sources.fresh.kind == SourceKind::Postgres;
    return postgres ? DigestKind::Hash : DigestKind::Md5;
}

// What digests say about a part of all rows.
struct Compared {
    std::int64_t rows = 0; // of the union, those whose digests say so
    std::int64_t matched = 0;
    std::vector<std::string> unequal; // keys whose rows have to be looked at
};
// As many of them at most are kept in memory for one part.
constexpr std::int64_t MostUnequal = 40'000;

} // namespace crossfade
