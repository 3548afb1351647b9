// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/servicestore.h"

#include <string>

namespace crossfade {

// The identity of a POST that may be repeated.
struct RequestKey {
    std::string subject;
    std::string method;
    std::string path;
    std::string key;
    std::string bodyHash;

    std::string text() const { return subject + '\n' + method + '\n' + path + '\n' + key; }
    Database::Parameters parameters() const { return {subject, method, path, key}; }
};

// That a request acts before anything of it is stored, told to every process on the store. One that is never
// ended, because its process died, runs out after a minute.
class Claim {
public:
    // Conflict while another holds it.
    static Result<Claim> take(ServiceStore &store, const RequestKey &key);
    Result<void> end(Database &database) const; // in the transaction that keeps the answer
    void endLater(ServiceStore &store) const;   // where nothing is kept

private:
    Claim(RequestKey key, std::string holder) : m_key(std::move(key)), m_holder(std::move(holder)) {}

    RequestKey m_key;
    std::string m_holder;
};

} // namespace crossfade
