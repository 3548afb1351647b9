// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later

#include "app/service/log.h"

#include "models/core/time.h"

#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

namespace crossfade {

namespace {

spdlog::logger &logger()
{
    static const std::shared_ptr<spdlog::logger> instance = [] {
        auto made = std::make_shared<spdlog::logger>(
            "crossfade", std::make_shared<spdlog::sinks::stderr_sink_mt>());
        made->set_pattern("%v");
        made->set_level(spdlog::level::info);
        made->flush_on(spdlog::level::info);
        return made;
    }();
    return *instance;
}

void write(spdlog::level::level_enum level, std::string_view word, std::string_view message,
           const Json &fields)
{
    if (!logger().should_log(level)) return;
    Json line = fields.is_object() ? fields : Json::object();
    const auto now = std::chrono::floor<Milliseconds>(std::chrono::system_clock::now());
    line["at"] = formatInstant(now);
    line["level"] = word;
    line["message"] = message;
    logger().log(level, spdlog::string_view_t(dumpJson(line)));
}

} // namespace

void logInfo(std::string_view message, const Json &fields)
{
    write(spdlog::level::info, "info", message, fields);
}

void logWarning(std::string_view message, const Json &fields)
{
    write(spdlog::level::warn, "warning", message, fields);
}

void logError(std::string_view message, const Json &fields)
{
    write(spdlog::level::err, "error", message, fields);
}

bool setLogLevel(std::string_view word)
{
    for (const auto &[name, level] :
         {std::pair{std::string_view("debug"), spdlog::level::debug}, {"info", spdlog::level::info},
          {"warning", spdlog::level::warn}, {"error", spdlog::level::err},
          {"off", spdlog::level::off}}) {
        if (word != name) continue;
        logger().set_level(level);
        return true;
    }
    return false;
}

} // namespace crossfade
