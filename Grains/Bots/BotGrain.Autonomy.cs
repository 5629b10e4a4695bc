using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Access;
using ControlPlane.Grains.Autonomy;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Bots.Policy;

namespace ControlPlane.Grains.Bots;

/// <summary>The tier the bot has earned. It falls at once, before that is written; it rises only once it is.</summary>
internal sealed partial class BotGrain
{
    /// <summary>A change of the score by less than this makes no history.</summary>
    private const double NotableChange = 0.5;
    private static readonly TimeSpan s_historyEvery = TimeSpan.FromMinutes(1);
    private bool _evaluating;
    private bool _evaluateAgain;
    private bool _evidenceUnread;
    private long _heartbeatsKept;
    private long _heartbeatsMissed;

    /// <summary>Set by a fall that is not written yet.</summary>
    private AutonomyTier _tierCap = AutonomyTier.Autonomous;

    private AutonomyTier Tier => State.Tier < _tierCap ? State.Tier : _tierCap;

    /// <summary>An old score is not shown as a new one.</summary>
    private double? Score => _evidenceUnread ? null : State.Autonomy.Score;

    private bool StatesConfidence => State.Spec?.Terms?.StatesConfidence is not false;

    public Task EvaluateAutonomy() => EvaluateAsync(mayRise: true);

    /// <param name="mayRise">False between rounds: a violation is answered at once, a rise is not hurried.</param>
    private async Task EvaluateAsync(bool mayRise)
    {
        if (State.Spec is null) return;
        if (_evaluating)
        {
            _evaluateAgain = true;
            return;
        }

        _evaluating = true;
        try
        {
            await FlushHeartbeatsAsync();
            var reading = await _autonomy.ReadAsync(Id, State.Autonomy.ChangedAt, StatesConfidence, Names);
            _evidenceUnread = reading is null;
            if (reading is not null) await StepAsync(reading, mayRise);
            else await TellDirectoryAsync();
        }
        finally
        {
            _evaluating = false;
        }

        // What came while the evidence was being read is not left to the next round.
        if (!_evaluateAgain) return;
        _evaluateAgain = false;
        await EvaluateAsync(mayRise: false);
    }

    private async Task StepAsync(AutonomyReading reading, bool mayRise)
    {
        var before = State.Autonomy;
        var tier = Tier;
        var step = TierPolicy.Step(new(tier, before.Held, before.LastViolation), reading.Factors, reading.Score, reading.NewestViolation, _autonomy.Options, StatesConfidence);
        if (!mayRise && step.Standing.Tier >= tier) return;
        var after = before with { Held = step.Standing.Held, LastViolation = step.Standing.LastViolation, Score = reading.Score, AwaitsPerson = step.AwaitsPerson };
        if (step.Standing.Tier < tier)
        {
            _tierCap = step.Standing.Tier;
            await TellGateAsync();
        }

        var notable = step.Reason is not null || before.RecordedScore is null != reading.Score is null
            || (Math.Abs((before.RecordedScore ?? 0) - (reading.Score ?? 0)) >= NotableChange && !(reading.At - before.RecordedAt < s_historyEvery));
        if (notable) after = after with { RecordedScore = reading.Score, RecordedAt = reading.At };
        if (after == before && step.Standing.Tier == State.Tier) return;
        var written = await TryWriteAsync(s =>
        {
            s.Tier = step.Standing.Tier;
            s.Autonomy = after;
        });
        if (written)
        {
            _tierCap = AutonomyTier.Autonomous;
            if (notable) await _autonomy.RecordAsync(Id, new(reading.At, step.Standing.Tier, reading.Score, step.Reason ?? "The score changed.", null));
        }

        if (Tier != tier)
        {
            BotLog.LogTier(_logger, Id, tier, Tier);
            await TellGateAsync();
        }

        await TellDirectoryAsync();
    }

    public async Task<AutonomyReport?> GetAutonomy()
    {
        if (State.Spec is null) return null;
        var reading = await _autonomy.ReadAsync(Id, State.Autonomy.ChangedAt, StatesConfidence, Names);
        var history = await _autonomy.HistoryAsync(Id);
        _evidenceUnread = reading is null;
        var next = TierPolicy.Next(Tier);
        return new AutonomyReport(
            Tier,
            reading?.Score,
            reading?.At ?? _time.GetUtcNow(),
            reading?.Factors ?? FactorPolicy.Unread(_autonomy.Options),
            next,
            next is { } wanted ? _autonomy.Options.ScoreFor(wanted) : null,
            next is { } step && TierPolicy.NeedsPerson(step),
            reading is not null && State.Autonomy.AwaitsPerson,
            ScorePolicy.Formula,
            [.. Needs(next, reading)],
            history,
            reading is null ? Codes.DataUnavailable : null,
            View());
    }

    public Task<BotAnswer> Promote(string reason, Caller by) =>
        _acts.RunAsync(OperatorAct.Of("autonomy.promote", OperatorAct.Bot(Id), ("reason", reason)), by, () => PromoteAsync(reason, by), static a => a.Code, BotAnswers.Refused);

    private async Task<BotAnswer> PromoteAsync(string reason, Caller by)
    {
        if (State.Spec is null) return BotAnswers.UnknownBot();
        var next = TierPolicy.Next(Tier);
        if (next is not { } tier) return new(Codes.InvalidRequest, "This bot has the highest tier.", null);
        if (!TierPolicy.NeedsPerson(tier)) return new(Codes.TierTooLow, "The next step needs nobody: the bot takes it by itself once its evidence allows it.", null);
        if (await _autonomy.ReadAsync(Id, State.Autonomy.ChangedAt, StatesConfidence, Names) is not { } reading) return new(Codes.DataUnavailable, "The bot's evidence could not be read, so nothing has changed.", null);
        var missing = Needs(next, reading).Where(n => n.Code != "PERSON").ToArray();
        if (missing.Length > 0) return new(Codes.TierTooLow, "The evidence does not allow this step. " + string.Join(' ', missing.Select(n => n.Text)), null);
        var before = Tier;
        var written = await TryWriteAsync(s =>
        {
            s.Tier = tier;
            s.Autonomy = s.Autonomy with { Held = 0, AwaitsPerson = false, Score = reading.Score, RecordedScore = reading.Score };
        });
        if (!written) return BotAnswers.Unwritten();
        await _autonomy.RecordAsync(Id, new(reading.At, tier, reading.Score, reason, by.Name));
        BotLog.LogTier(_logger, Id, before, Tier);
        await TellGateAsync();
        await TellDirectoryAsync();
        return new(null, null, View());
    }

    private IEnumerable<AutonomyNeed> Needs(AutonomyTier? next, AutonomyReading? reading)
    {
        if (next is not { } tier) yield break;
        if (reading is null)
        {
            yield return new("DATA_UNAVAILABLE", null, null, null, "The bot's evidence could not be read.");
            yield break;
        }

        if (reading.NewestViolation is { } violation && (State.Autonomy.LastViolation is null || violation.At > State.Autonomy.LastViolation))
        {
            yield return new("VIOLATION", FactorPolicy.Discipline, null, null, $"It broke the rule {violation.Rule}: its tier falls with the next evaluation.");
        }

        foreach (var need in TierPolicy.NeedsFor(tier, reading.Factors, reading.Score, _autonomy.Options, StatesConfidence)) yield return need;
        var (held, needed) = (State.Autonomy.Held, _autonomy.Options.HoldEvaluations);
        if (held < needed) yield return new("HOLD", null, held, needed, $"The evidence must be enough in {needed} evaluations in a row; so far it was in {held}.");
        if (TierPolicy.NeedsPerson(tier)) yield return new("PERSON", null, null, null, "An operator must confirm the step into a tier that may trade LIVE.");
    }

    private async Task FlushHeartbeatsAsync()
    {
        var (kept, missed) = (_heartbeatsKept, _heartbeatsMissed);
        if (kept + missed == 0 || !await _autonomy.TryAddHeartbeatsAsync(Id, kept, missed)) return;
        _heartbeatsKept -= kept;
        _heartbeatsMissed -= missed;
    }
}
