// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "models/core/json.h"
#include "tests/support/http.h"

#include <map>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace crossfade {

// A service's OpenAPI document, and whether an answer keeps to it.
//
//     Contract contract("router.yaml");
//     EXPECT_EQ(contract.check("GET", "/api/v1/rules?limit=5", answer), "");
class Contract {
public:
    explicit Contract(const std::string &file); // a name in resources/openapi; empty if unreadable
    ~Contract();

    // "GET /api/v1/rules/{id}", sorted.
    std::vector<std::string> operations() const;
    // The words of x-roles; empty where no token is needed.
    std::vector<std::string> rolesOf(const std::string &operation) const;
    // "GET /api/v1/rules/{id} 404": every status the document names, sorted.
    std::vector<std::string> documented() const;

    // What is wrong with the answer, one sentence each, "" if nothing: the path, method and status are
    // documented and the JSON fits its schema. Remembers the status as seen.
    std::string check(const std::string &method, const std::string &target, const TestAnswer &answer);
    // Documented statuses that no answer given to check() had.
    std::vector<std::string> unseen() const;
    // Holds `json` against #/components/schemas/NAME.
    std::string checkSchema(const std::string &name, const Json &json);

private:
    struct Schemas;
    std::string templateOf(const std::string &target) const; // "" if no path fits
    const Json *responseOf(const std::string &path, const std::string &method, int status) const;
    std::string validate(const std::string &key, const Json &schema, const Json &json);

    Json m_document;
    std::set<std::string> m_seen;
    std::unique_ptr<Schemas> m_schemas;
};

} // namespace crossfade
