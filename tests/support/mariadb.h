// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "tests/support/process.h"
#include "tests/support/tempdir.h"

#include <memory>
#include <string>

namespace crossfade {

// A MariaDB server of the test's own on a loopback port, with TLS offered; one per test program, started
// at first use and stopped at its end. Its certificate is good for 127.0.0.1 and for no name.
class MariadbServer {
public:
    static MariadbServer &instance();

    // Creates an empty database of utf8mb4 and answers its URL, "mariadb://root@…": root has no password.
    std::string newDatabase();
    // The same URL for another user.
    static std::string urlFor(const std::string &user, std::string url);
    // Runs statements, as root, in the database of the URL, by the server's own client: throws with its words.
    std::string sql(const std::string &url, const std::string &statements) const;
    // Runs the statements of a file, which may be long.
    void sqlFile(const std::string &url, const std::string &file) const;

    // The user `locked` has to say this password.
    static constexpr const char *LockedPassword = "open sesame";
    std::string rootCertificate() const { return m_directory.file("ca.pem"); }
    std::string strangeCertificate() const { return m_directory.file("strange.pem"); } // of nobody here
    std::string socketFile() const { return m_directory.file("socket"); }
    int port() const { return m_port; }
    const Process &process() const { return *m_process; }
    void stopAtOnce(); // as after a crash
    void startAgain();

private:
    MariadbServer();
    void makeCertificates() const;
    void launch();
    Output client(const std::string &database, std::vector<std::string> arguments) const;

    TempDir m_directory;
    std::unique_ptr<Process> m_process;
    int m_port = 0;
    int m_count = 0;
};

} // namespace crossfade
