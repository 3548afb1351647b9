// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
// The scenes of the gallery, in the order they are played: rulesscenes.cpp, planscenes.cpp, shiftscenes.cpp, channelscenes.cpp, repairscenes.cpp, the rest in tst_gallery.cpp.
#pragma once

#include "tests/ui/gallery/gallery.h"

#include "ui/shared/factlist.h"

#include <memory>

namespace crossfade::test {

class TestGallery : public QObject {
    Q_OBJECT

private Q_SLOTS:
    void initTestCase();
    void init() { failOnWarnings(); }
    void beforeConnecting();
    void loading();
    void rules();
    void ruleDialogs();
    void ruleFiles();
    void switches();
    void listsAndGroups();
    void masterApproval();
    void shiftAsks();
    void policyPlans();
    void setStarts();
    void shiftStarts();
    void shiftRuns();
    void drills();
    void shiftBreaks();
    void shiftRollsBack();
    void consistency();
    void mappings();
    void repairs();
    void manyRepairs();
    void assignmentRules();
    void auditAndFrame();
    void channels();
    void connections();
    void stale();
    void unreachable();
    void nothingIsCutOff();

private:
    void everyPage(const QString &prefix);
    bool isSettled();
    void addRules();
    void shootTester(const QString &name);
    void recurringRule();
    void expect(const char *what, const TestAnswer &answer, int status);
    Json shift() const { return m_gallery->router().get(policyPath() + "/shift").json; }
    std::string policyPath() const { return "/api/v1/shift-policies/" + m_gallery->fact("policy_id"); }
    bool isShift(const char *state) const
    {
        const Json now = shift();
        return now.is_object() && now.value("state", std::string()) == state;
    }
    bool hasFacts(const char *name, std::size_t least) const
    {
        auto *list = find<FactList>(m_gallery->window(), name);
        return list != nullptr && list->facts().size() >= least && !list->facts().front().text.contains(QChar(0x2026));
    }
    Json ruleNamed(const char *name) const
    {
        const Json items = m_gallery->router().get("/api/v1/rules?limit=100").json.value("items", Json::array());
        for (const Json &rule : items)
            if (rule.value("config_name", std::string()) == name)
                return rule;
        return nullptr;
    }
    void setErrors(double rate) const
    {
        m_gallery->control().send("PUT", "/api/v1/sandbox/faults/NEW",
                                  dumpJson(Json{{"error_rate", rate}, {"latency_ms", 0}, {"outage", false}}));
    }

    std::unique_ptr<Gallery> m_gallery;
};

} // namespace crossfade::test
