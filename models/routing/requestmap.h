// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "models/routing/decision.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace crossfade {

// Where in a request an id stands.
enum class IdPlace { PathSegment, Query, Header, JwtClaim, Cookie };
struct IdSource {
    IdPlace from = IdPlace::PathSegment;
    std::string name; // of the {segment}, parameter, header, claim or cookie
    bool operator==(const IdSource &) const = default;
};

// What requests of a method to a path are.
struct RequestMapRow {
    std::string interface;   // an id, each row its own; what a gray list of interfaces names
    std::string method;      // "GET", … or "*" for every method
    std::string pathPattern; // see matchesPath()
    std::string systemId;    // "": none
    Operation operation = Operation::Read;
    std::optional<IdSource> entityId; // a path segment, query parameter or header
    std::optional<IdSource> userId;   // a header, JWT claim, cookie or path segment
    bool replicate = false;           // whether such writes are journalled for the other platform
    std::vector<std::string> secretFields; // of the body, left out of every journal
    bool operator==(const RequestMapRow &) const = default;
};

struct HttpDescription {
    std::string method;
    std::string path; // with the query, as it is sent
    std::vector<std::pair<std::string, std::string>> headers;
};

// What the map makes of a request. Without a row: a read of no entity, never replicated.
struct MappedRequest {
    std::optional<std::size_t> row;
    std::string interface;
    std::string systemId;
    std::string entityId; // "" where there is none, or none inside the id grammar
    std::string userId;
    Operation operation = Operation::Read;
    bool replicate = false;
};

// A pattern is "/" and segments separated by "/": a literal one equals the path's byte by byte (nothing is
// decoded, case counts); {name} is any one segment that is not empty; * , only as the last, is any rest, also
// none: "/a/*" matches "/a", "/a/" and "/a/b/c", and no "/ab". A "/" at the end is an empty segment of its
// own. What follows the first "?" of the path is not looked at.
bool matchesPath(std::string_view pattern, std::string_view path);

// The first row whose method and pattern match decides; then the ids are looked for where it says:
// - a path segment and a query parameter are percent-decoded ("+" stays "+": ids may hold it), of several
//   parameters of a name the first counts;
// - a header's name is compared without case, blanks round its value are dropped, the first counts;
// - a cookie's name is compared exactly, over all Cookie headers, the first counts;
// - a claim, a text or a whole number, is read from the token of "Authorization: Bearer". Its signature is NOT
//   verified here: this tells what a request would be, whoever serves traffic verifies first.
MappedRequest mapRequest(std::span<const RequestMapRow> rows, const HttpDescription &request);

constexpr std::size_t MostMapRows = 500;
Json requestMapToJson(std::span<const RequestMapRow> rows); // the list
// The field `rows` of an object. Mistakes name the field: /rows/3/path_pattern.
std::vector<RequestMapRow> readRequestMap(JsonReader &in);

HttpDescription readHttpDescription(JsonReader &in);
Json mappedToJson(const MappedRequest &mapped);

} // namespace crossfade
