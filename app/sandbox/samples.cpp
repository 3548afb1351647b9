// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "app/sandbox/samples.h"

#include "app/sandbox/files.h"
#include "models/core/json.h"

#include <cstdlib>
#include <filesystem>

namespace crossfade {

namespace {

Result<Json> readJson(const std::string &file)
{
    Result<std::string> text = readTextFile(file);
    if (!text) return fail(text.error());
    Result<Json> json = parseJson(*text);
    if (!json) return fail(ErrorKind::Malformed, file + ": " + json.error().message);
    return json;
}

std::vector<SampleName> readNames(const Json &list, std::string_view field)
{
    std::vector<SampleName> names;
    const auto found = list.find(field);
    if (found == list.end() || !found->is_array()) return names;
    for (const Json &pair : *found) {
        if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string())
            names.push_back({pair[0].get<std::string>(), pair[1].get<std::string>()});
    }
    return names;
}

SampleLocale readLocale(const Json &json)
{
    SampleLocale locale;
    JsonReader in(json);
    locale.locale = in.text("locale", 20);
    locale.offsetMinutes = static_cast<int>(in.integer("offset_minutes", -840, 840));
    locale.familyFirst = in.optionalBoolean("family_first").value_or(false);
    locale.separator = in.text("separator", 4);
    locale.given = readNames(json, "given");
    locale.family = readNames(json, "family");
    return locale;
}

bool isComplete(const Samples &samples)
{
    for (const SampleLocale &locale : samples.locales) {
        if (locale.given.empty() || locale.family.empty()) return false;
    }
    return !samples.locales.empty() && !samples.departments.empty() && !samples.roles.empty();
}

} // namespace

Result<Samples> loadSamples(const std::string &directory)
{
    const Result<Json> names = readJson(directory + "/names.json");
    if (!names) return fail(names.error());
    const Result<Json> organisation = readJson(directory + "/organisation.json");
    if (!organisation) return fail(organisation.error());

    Samples samples;
    for (const Json &entry : *names) {
        if (entry.is_object()) samples.locales.push_back(readLocale(entry));
    }
    JsonReader in(*organisation);
    samples.departments = in.optionalTexts("departments", 100, 200);
    if (const Json *roles = in.optionalArray("roles", 100)) {
        for (const Json &entry : *roles) {
            if (!entry.is_object()) continue;
            JsonReader role(entry);
            samples.roles.push_back(
                {role.text("role", 50), role.optionalTexts("permissions", 50, 50)});
        }
    }
    if (!isComplete(samples)) return fail(ErrorKind::Malformed, directory + ": a list is empty");
    return samples;
}

std::string sandboxResources()
{
    if (const char *given = std::getenv("CROSSFADE_RESOURCES")) return given;
    std::error_code error;
    const auto program = std::filesystem::read_symlink("/proc/self/exe", error);
    const auto installed = program.parent_path().parent_path() / "share/crossfade";
    if (!error && std::filesystem::exists(installed / "samples", error)) return installed.string();
    return CROSSFADE_RESOURCE_DIR;
}

} // namespace crossfade
