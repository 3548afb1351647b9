// SPDX-FileCopyrightText: The Crossfade authors
// SPDX-License-Identifier: GPL-3.0-or-later
#include "ui/consistency/ignoredialog.h"

#include "models/items/differencerow.h"
#include "models/items/text.h"
#include "models/items/timetext.h"
#include "models/session/ignorerulessession.h"
#include "models/session/sessionwords.h"
#include "ui/shared/dialogs.h"
#include "ui/shared/fields.h"
#include "ui/shared/labels.h"
#include "ui/shared/reasondialog.h"

#include <QCheckBox>
#include <QCoreApplication>
#include <QDateTimeEdit>
#include <QPointer>
#include <QVBoxLayout>

#include <memory>
#include <vector>

namespace crossfade {

namespace {

// The context of these texts for the translators.
struct IgnoreAsk {
    Q_DECLARE_TR_FUNCTIONS(IgnoreAsk)
};

struct IgnoreChoice {
    QString name;
    QString effect;
    const char *objectName;
    IgnoreDraft draft;
};

// The narrowest first: it is what is meant most often, and what does the least harm.
std::vector<IgnoreChoice> choicesFor(const DifferenceRow &row)
{
    const QString type = toText(row.entityType).toLower();
    const QString entity = type + QLatin1Char(' ') + toText(row.entityId);
    std::vector<IgnoreChoice> choices;
    if (row.field) {
        const QString field = toText(*row.field);
        choices.push_back({IgnoreAsk::tr("This field here"), IgnoreAsk::tr("Hides %1 of %2.").arg(field, entity), "ignoreHere",
                           {row.entityType, *row.field, row.entityId, {}, {}}});
        choices.push_back({IgnoreAsk::tr("This field everywhere"),
                           IgnoreAsk::tr("Hides %1 of every %2, whatever its values are.").arg(field, type), "ignoreField",
                           {row.entityType, *row.field, {}, {}, {}}});
    }
    choices.push_back({IgnoreAsk::tr("This entity"), IgnoreAsk::tr("Hides all that differs in %1, also whole rows.").arg(entity),
                       "ignoreEntity", {row.entityType, {}, row.entityId, {}, {}}});
    return choices;
}

// When the rule ends: off at first, as a rule may hold for ever.
class IgnoreEnd : public QWidget {
public:
    IgnoreEnd()
        : m_ends(new QCheckBox(IgnoreAsk::tr("It ends at a time")))
        , m_at(new QDateTimeEdit(QDateTime::currentDateTime().addDays(30)))
    {
        auto *column = new QVBoxLayout(this);
        column->setContentsMargins(0, 0, 0, 0);
        column->setSpacing(8);
        m_ends->setObjectName(QStringLiteral("ignoreEnds"));
        m_at->setObjectName(QStringLiteral("ignoreUntil"));
        m_at->setAccessibleName(IgnoreAsk::tr("When the rule ends"));
        m_at->setDisplayFormat(QStringLiteral("d MMM yyyy HH:mm"));
        m_at->setCalendarPopup(true);
        m_field = new FormField(IgnoreAsk::tr("Until, in your time"), m_at);
        column->addWidget(m_ends);
        column->addWidget(m_field);
        m_field->hide();
    }
    template <class Changed>
    void onChange(Changed changed)
    {
        const auto sync = [this, changed] {
            m_field->setVisible(m_ends->isChecked());
            m_field->setHelp(utcText(instantFromMs(m_at->dateTime().toMSecsSinceEpoch())));
            m_field->setProblem(problem());
            changed();
        };
        QObject::connect(m_ends, &QCheckBox::toggled, this, sync);
        QObject::connect(m_at, &QDateTimeEdit::dateTimeChanged, this, sync);
    }
    std::optional<Instant> at() const
    {
        return m_ends->isChecked() ? std::optional(instantFromMs(m_at->dateTime().toMSecsSinceEpoch())) : std::nullopt;
    }
    QString problem() const
    {
        return m_ends->isChecked() && m_at->dateTime() <= QDateTime::currentDateTime() ? IgnoreAsk::tr("This time is over.")
                                                                                       : QString();
    }

private:
    QCheckBox *m_ends;
    QDateTimeEdit *m_at;
    FormField *m_field = nullptr;
};

} // namespace

void askToIgnore(IgnoreRulesSession *rules, const DifferenceRow &difference, QWidget *parent)
{
    const auto choices = std::make_shared<std::vector<IgnoreChoice>>(choicesFor(difference));
    auto *scope = new Segmented;
    scope->setObjectName(QStringLiteral("ignoreScope"));
    scope->setAccessibleName(IgnoreAsk::tr("What is hidden"));
    for (const IgnoreChoice &choice : *choices)
        scope->addSegment(choice.name, QString::fromLatin1(choice.objectName));
    scope->setCurrentIndex(0);
    auto *effect = new TextLabel(choices->front().effect, FontRole::Secondary, Ink::Text);
    effect->setObjectName(QStringLiteral("ignoreEffect"));
    effect->setWordWrap(true);
    auto *end = new IgnoreEnd;
    const auto holder = std::make_shared<QPointer<ReasonDialog>>();
    auto *dialog = new ReasonDialog(
        {IgnoreAsk::tr("Ignore this difference?"),
         IgnoreAsk::tr("What a rule hides is kept and counted, is not repaired automatically, and is no part of a check's "
                       "percentage. It is shown again when the rule ends."),
         IgnoreAsk::tr("Ignore"), ButtonKind::Accent, ReasonField::Need::Required},
        [rules = QPointer<IgnoreRulesSession>(rules), holder, choices, scope, end](const QString &reason) {
            if (!rules || !*holder)
                return;
            IgnoreDraft draft = (*choices)[static_cast<std::size_t>(scope->currentIndex())].draft;
            draft.reason = toUtf8(reason);
            draft.endsAt = end->at();
            rules->create(draft, *holder, [holder](const Result<void> &made) {
                if (!*holder)
                    return;
                if (made)
                    (*holder)->succeed();
                else
                    (*holder)->fail(QStringLiteral("%1. %2").arg(notDoneText(IgnoreAsk::tr("Nothing is ignored"), made.error()),
                                                                 errorText(made.error())));
            });
        },
        parent);
    *holder = dialog;
    dialog->setObjectName(QStringLiteral("ignoreDialog"));
    dialog->extras()->addWidget(scope);
    dialog->extras()->addWidget(effect);
    dialog->extras()->addWidget(end);
    QObject::connect(scope, &Segmented::currentChanged, effect, [effect, choices](int index) {
        effect->setText((*choices)[static_cast<std::size_t>(index)].effect);
    });
    const auto blocked = std::make_shared<bool>(false);
    const auto check = [dialog, rules = QPointer<IgnoreRulesSession>(rules), end, blocked] {
        QString why = rules ? rules->obstacle() : QString();
        if (why.isEmpty())
            why = end->problem();
        if (*blocked && why.isEmpty())
            dialog->setProgress({}); // the mistake is no longer one
        *blocked = !why.isEmpty();
        dialog->setBlocked(why);
    };
    end->onChange(check);
    QObject::connect(rules, &IgnoreRulesSession::changed, dialog, check);
    openDialog(dialog);
}

} // namespace crossfade
