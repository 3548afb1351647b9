// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/sandbox/control.h"
#include "app/sandbox/databases.h"
#include "app/sandbox/members.h"
#include "app/sandbox/rowwriter.h"
#include "app/sandbox/supervisor.h"
#include "app/sandbox/tokens.h"

#include <memory>
#include <string>

namespace crossfade {

// The sandbox while it is up: its processes, load, writer and control, built in this order and
// ended in the other.
class Sandbox {
public:
    Sandbox(UpOptions options, MainLoop &loop);
    ~Sandbox();
    Sandbox(const Sandbox &) = delete;
    Sandbox &operator=(const Sandbox &) = delete;

    Result<void> start(); // data, processes, configuration, load
    Json readyJson();     // as the contract of `up` says

private:
    Result<void> startPlatforms();
    Result<void> startServices();
    Result<void> configure();
    Result<void> startLoad();
    Result<void> startControl();
    Member platformMember(const std::string &name, const std::string &file);
    Member serviceMember(const std::string &name);
    std::string path(const std::string &name) const { return m_options.dir + "/" + name; }
    std::string programBeside(const std::string &name) const;
    Result<void> restart(const std::string &process, const std::string &killPoint);

    UpOptions m_options;
    MainLoop &m_loop;
    Json m_before; // the ready JSON of the last run in this folder; null on the first
    Samples m_samples;
    std::unique_ptr<People> m_people;
    SandboxDatabases m_databases;
    std::string m_platformToken;
    std::string m_controlToken;
    SandboxTokens m_routerTokens;
    std::string m_routerUrl; // as the comparator knows it
    SandboxTokens m_comparatorTokens;
    std::string m_policyId;
    std::string m_checkId;
    Members m_members;
    std::unique_ptr<Planter> m_planter;
    std::unique_ptr<RowWriter> m_writer;
    std::unique_ptr<LoadGenerator> m_load;
    std::unique_ptr<SandboxControl> m_control;
    std::unique_ptr<SandboxHttpServer> m_server;
};

} // namespace crossfade
