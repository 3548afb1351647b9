// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/text.h"
#include "models/items/tracewords.h"

#include <QCoreApplication>
#include <QTest>
#include <QTranslator>

using namespace crossfade;

namespace {

const Instant Now = instantFromMs(1'795'269'731'000); // 2026-11-21

// Says that it was asked, so that a test sees which sentences a language can change.
class Marker : public QTranslator {
public:
    QString translate(const char *context, const char *source, const char *, int) const override
    {
        const bool ours = qstrcmp(context, "TraceWords") == 0;
        return ours ? QLatin1Char('~') + QString::fromUtf8(source) : QString();
    }
    bool isEmpty() const override { return false; }
};

struct Marked {
    Marker marker;
    Marked() { QCoreApplication::installTranslator(&marker); }
    ~Marked() { QCoreApplication::removeTranslator(&marker); }
};

TraceLine lineSaying(const QString &detail)
{
    TraceLine line;
    line.detail = toUtf8(detail);
    return line;
}

RuleChange ruleOf(const char *id, RuleType type, const char *target, int priority)
{
    auto rule = std::make_shared<Rule>();
    rule->id = id;
    rule->name = std::string("a \"rule\"; of ") + id;
    rule->type = type;
    rule->target = target;
    rule->priority = priority;
    rule->platform = Platform::New;
    return {nullptr, rule};
}

// Rules that hold and that do not, a policy, lists, switches and somebody held.
std::vector<SnapshotChange> changesOf(int kind)
{
    std::vector<SnapshotChange> changes;
    Switches switches;
    switches.master = kind % 3 == 1 ? Master::Legacy : Master::Off;
    switches.forwardOnly = kind % 4 == 1;
    switches.insertsToNew = kind % 2 == 1;
    switches.holdInconsistent = kind % 3 == 2;
    if (kind % 2 == 0) switches.idThreshold = 100;
    changes.push_back(switches);
    for (int i = 0; i < kind; ++i) {
        RuleChange change = ruleOf(("r" + std::to_string(i)).c_str(), RuleType::User, "jo", i);
        auto rule = std::make_shared<Rule>(*change.after);
        rule->active = i % 4 != 0;
        if (i % 4 == 1) rule->window.start = Now + Seconds(60);
        if (i % 4 == 2) rule->window.end = Now - Seconds(60);
        if (i % 4 == 3 && kind < 8) rule->window = {Now + Seconds(60), Now - Seconds(60)};
        change.after = rule;
        changes.push_back(change);
    }
    if (kind % 2 == 1) changes.push_back(ruleOf("s", RuleType::System, "shop", 1));
    PolicyCover cover;
    cover.id = "p";
    cover.name = "sign-ins: 5 %";
    cover.targetSystem = kind % 2 ? "*" : "shop";
    cover.percentage = Percentage::fromHundredths(kind * 1'000);
    cover.salt = "salt";
    if (kind > 0) changes.push_back(PolicyChange{"p", cover});
    GrayList list;
    list.name = "early ones";
    list.kind = kind % 2 ? GrayKind::User : GrayKind::Entity;
    list.enforced = kind % 4 == 2;
    if (kind > 1) {
        changes.push_back(GrayListChange{list.name, list});
        changes.push_back(GrayEntryChange{list.name, kind % 2 ? "jo" : "77", true});
    }
    if (kind > 2) changes.push_back(HeldChange{HeldChange::Kind::User, "jo", true});
    if (kind > 4) changes.push_back(HeldChange{HeldChange::Kind::Entity, "77", true});
    return changes;
}

} // namespace

class TestTraceWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    void init() { QTest::failOnWarning(QRegularExpression(QStringLiteral(".*"))); }

    void sentencesOfATrace_data()
    {
        QTest::addColumn<QString>("said");
        const auto add = [](const char *said) { QTest::newRow(said) << QString::fromUtf8(said); };
        add("Rule \"a \"b\" (priority 1) holds always and says NEW.\" (priority 10) holds always and says NEW.");
        add("Rule \"x\" (priority 1) holds from 2026-11-21T12:00:00Z and says BOTH. 3 more for user jo come after it.");
        add("Rule \"x\" (priority 1) holds from 2026-11-21T12:00:00Z until 2026-11-22T12:00:00Z and says LEGACY.");
        add("There is no rule for this time.");
        add("No rule for system shop holds at 2026-11-21T12:00:00Z: \"x; y\" (priority 1) is switched off; "
            "\"z\" (priority 2) ended at 2026-11-20T12:00:00Z; \"w\" (priority 3) has an empty window; and 4 more.");
        add("No rule for this time holds at 2026-11-21T12:00:00Z: \"x\" (priority 1) names an unknown time zone.");
        add("Policy \"p: 5 %, q\" covers system shop at 12.5 %, 10 % of the sessions that began when this one did: "
            "bucket 1234 "
            "is not below 1000, so LEGACY.");
        add("Policy \"p\" covers every system; users without an id go to LEGACY.");
        add("User jo is in batch 3 of group \"first\", which has moved to NEW.");
        add("User jo is in batch 3 of group \"first\", which is still on LEGACY.");
        add("User jo and entity 77 have a confirmed difference; on NEW already: holding inconsistent ones on LEGACY "
            "moves nobody back.");
        add("Entity 77 has a confirmed difference; on NEW before holding began: nobody is moved back.");
        add("LEGACY's key index (12 keys) lacks entity 77; that counts once what LEGACY does not know goes to NEW.");
        add("LEGACY's key index (12 keys) has entity 77.");
        add("Interface sign-in is on the gray list \"early ones\".");
        add("The gray list \"early ones\" is enforced, and entity 77 is on no enforced list.");
        add("The master switch is NEW; forward only is on.");
        add("Entity x is no number; the threshold is 100.");
    }
    void sentencesOfATrace()
    {
        QFETCH(QString, said);
        QCOMPARE(traceDetailText(lineSaying(said)), said); // in English as it came, names and all
        const Marked marked;
        const QString shown = traceDetailText(lineSaying(said));
        QVERIFY2(shown.startsWith(QLatin1Char('~')), qPrintable(shown));
    }

    // Weekly times are said as the table of the rules says them.
    void timesThatRecur()
    {
        const QString holds = QStringLiteral("Rule \"x\" (priority 1) holds %1 and says NEW.");
        const QString nights = QStringLiteral("MON, TUE, WED, THU, FRI 22:00 to 06:00 Europe/Berlin");
        const QString shown = traceDetailText(lineSaying(holds.arg(nights)));
        QVERIFY2(!shown.contains(QStringLiteral("MON, TUE")) && shown.contains(QStringLiteral("22:00")),
                 qPrintable(shown));
        const QString bounded =
            traceDetailText(lineSaying(holds.arg(nights + QStringLiteral(", until 2026-12-01T00:00:00Z"))));
        QVERIFY2(bounded.contains(QStringLiteral("until 2026-12-01T00:00:00Z")) &&
                     !bounded.contains(QStringLiteral("TUE,")),
                 qPrintable(bounded));
        const QString why = traceDetailText(lineSaying(QStringLiteral(
            "No rule for this time holds at 2026-11-21T12:00:00Z: \"x\" (priority 1) recurs every day 22:00 to 06:00 "
            "UTC, next at 2026-11-21T22:00:00Z; \"y\" (priority 2) recurs SUN 01:00 to 02:00 UTC, no more before it "
            "ends.")));
        QVERIFY2(why.contains(QStringLiteral("next at 2026-11-21T22:00:00Z")) &&
                     why.contains(QStringLiteral("no more before it ends")) && !why.contains(QStringLiteral("SUN 01")),
                 qPrintable(why));
    }

    // Whatever the decision says of a request: there is no line that a language could not say.
    void everyLineOfADecisionIsKnown()
    {
        const Marked marked;
        int lines = 0;
        for (int kind = 0; kind < 12; ++kind) {
            const Snapshot snapshot = Snapshot().changed(changesOf(kind), 1);
            for (int asked = 0; asked < 8; ++asked) {
                DecisionRequest request;
                request.userId = asked & 1 ? "jo" : "";
                request.systemId = asked & 2 ? "shop" : "";
                request.entityId = asked & 4 ? (kind % 3 ? "77" : "x-7") : "";
                request.operation = kind % 2 ? Operation::Insert : Operation::Read;
                request.at = Now;
                for (const TraceLine &line : traceDecision(snapshot, request)) {
                    const QString detail = traceDetailText(line);
                    QVERIFY2(detail.startsWith(QLatin1Char('~')), qPrintable(detail));
                    const QString condition = traceConditionText(line);
                    QCOMPARE(condition, QLatin1Char('~') + toText(line.condition));
                    ++lines;
                }
            }
        }
        qInfo("%d lines", lines);
    }

    void whatIsNotKnownIsShownAsItIs()
    {
        for (const char *text :
             {"A sentence of a newer router.", "No rule for user jo holds at 1: \"x\" is tired.", ""})
            QCOMPARE(traceDetailText(lineSaying(QString::fromUtf8(text))), QString::fromUtf8(text));
    }
};

QTEST_GUILESS_MAIN(TestTraceWords)
#include "tst_tracewords.moc"
