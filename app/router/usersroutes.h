// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/router/directory.h"
#include "app/router/routerpart.h"

namespace crossfade {

// GET /users/{id}: where a user is served, by which line, since when and by whose change.
class UsersModule : public RouterModule {
public:
    UsersModule(RouterState &state, const Environment &environment, Directory &directory)
        : m_state(state)
        , m_environment(environment)
        , m_directory(directory)
    {
    }
    void addRoutes(RouteTable &routes) override;

private:
    Result<HttpResponse> get(const HttpRequest &request, Database &db) const;

    RouterState &m_state;
    const Environment &m_environment;
    Directory &m_directory;
};

} // namespace crossfade
