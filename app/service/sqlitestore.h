// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include "app/service/servicestore.h"

namespace crossfade {

// One file, store.sqlite in the service's folder: WAL, synchronous=FULL.
class SqliteStore : public ServiceStore {
public:
    static Result<std::unique_ptr<SqliteStore>> open(StoreOptions options, Environment environment);

    Result<std::unique_ptr<StoreConnection>> openReader() const override;
    std::string engine() const override { return "SQLite"; }
    double sizeInBytes() override;
    std::filesystem::path file() const { return m_options.directory / "store.sqlite"; }

protected:
    Result<std::unique_ptr<StoreConnection>> openWriter() override;
    std::string place() const override { return file().string(); }

private:
    SqliteStore(StoreOptions options, Environment environment)
        : ServiceStore(std::move(options), std::move(environment))
    {
    }
};

} // namespace crossfade
