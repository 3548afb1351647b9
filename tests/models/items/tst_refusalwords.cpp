// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "models/items/refusalwords.h"

#include "models/core/endrefusals.h"
#include "models/core/repairrefusals.h"
#include "tests/models/items/markingtranslator.h"

#include <QTest>

#include <vector>

using namespace crossfade;

class TestRefusalWords : public QObject {
    Q_OBJECT
private Q_SLOTS:
    // Of what the services really refuse, so that a code added there is noticed here.
    void everyRefusalHasWordsAndAllItsValues()
    {
        test::MarkingTranslator marker;
        std::vector<Refusal> all(refusals::All.begin(), refusals::All.end());
        all.insert(all.end(), refusals::OfEndings.begin(), refusals::OfEndings.end());
        all.insert(all.end(), refusals::OfRepairs.begin(), refusals::OfRepairs.end());
        for (const Refusal &refusal : all) {
            const Error error = refused(refusal, {"one%2", "two", "three"});
            const QString text = refusalText(error);
            QVERIFY2(text.startsWith(QLatin1Char('~')), std::string(refusal.code).c_str());
            QVERIFY2(!error.message.empty(), std::string(refusal.code).c_str());
            for (const auto &[place, value] : {std::pair("%1", "one%2"), std::pair("%2", "two"), std::pair("%3", "three")}) {
                const bool wanted = refusal.sentence.find(place) != std::string_view::npos;
                QCOMPARE(text.contains(QLatin1String(value)), wanted);
                QCOMPARE(error.message.find(value) != std::string::npos, wanted);
            }
        }
    }

    void valuesAreSaidToo()
    {
        test::MarkingTranslator marker;
        QCOMPARE(refusalText(refused(refusals::CommandDoesNotFit, {"resume", "RUNNING"})),
                 QStringLiteral("~“~resume” does not fit the state ~RUNNING."));
        QCOMPARE(refusalText(refused(refusals::GateNotGreen, {"<b>", "no traffic on the target"})),
                 QStringLiteral("~~<b> is not green: ~no traffic on the target"));
        QVERIFY(refusalText(refused(refusals::FinalizeMoves, {"HELD_INCONSISTENT 3, NO_KEY"}))
                    .contains(QLatin1String("HELD INCONSISTENT 3, NO KEY")));
    }

    void whatIsNotKnownIsLeftToTheService()
    {
        Error error{ErrorKind::Conflict, "a newer service says so", {}, {}};
        QCOMPARE(refusalText(error), QString());
        error.code = "CONFLICT";
        QCOMPARE(refusalText(error), QString());
        error.code = "ROLE_NEEDED"; // without its value
        QCOMPARE(refusalText(error), QString());
    }
};

QTEST_GUILESS_MAIN(TestRefusalWords)
#include "tst_refusalwords.moc"
