using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Autonomy.Policy;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Symbols;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Autonomy;

/// <summary>Works out a bot's factors and score from its evidence as it stands now.</summary>
internal sealed partial class AutonomyReader(
    IAutonomyEvidenceStore store, IOptions<AutonomyOptions> options, IOptions<RiskOptions> risk, TimeProvider time, ILogger<AutonomyReader> logger)
{
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(3);

    public AutonomyOptions Options { get; } = options.Value;

    /// <summary>Null when the evidence could not be read.</summary>
    public async Task<AutonomyReading?> ReadAsync(string botId, DateTimeOffset? changedAt, bool statesConfidence, SymbolNames names)
    {
        var now = time.GetUtcNow();
        try
        {
            var evidence = await store.ReadAsync(botId, now - Options.Window, now - TimeSpan.FromSeconds(risk.Value.OpenOrderSeconds), CancellationToken.None, names).WaitAsync(s_limit, time);
            var factors = FactorPolicy.Evaluate(evidence, Options, now, changedAt, statesConfidence);
            return new(factors, ScorePolicy.Score(factors), evidence.Violations.IsEmpty ? null : evidence.Violations.MaxBy(v => v.At), now);
        }
        catch (Exception e)
        {
            LogUnread(logger, botId, e);
            return null;
        }
    }

    /// <summary>Null when they could not be read.</summary>
    public async Task<ImmutableArray<AutonomyStep>?> HistoryAsync(string botId)
    {
        try
        {
            return await store.ScoresAsync(botId, 100, CancellationToken.None).WaitAsync(s_limit, time);
        }
        catch (Exception e)
        {
            LogUnread(logger, botId, e);
            return null;
        }
    }

    /// <summary>Best effort: it feeds the history, and no tier depends on it.</summary>
    public async Task RecordAsync(string botId, AutonomyStep step)
    {
        try
        {
            await store.AppendScoreAsync(botId, step, CancellationToken.None).WaitAsync(s_limit, time);
        }
        catch (Exception e)
        {
            LogUnwritten(logger, botId, e);
        }
    }

    /// <returns>False when they could not be written; they may be given again.</returns>
    public async Task<bool> TryAddHeartbeatsAsync(string botId, long kept, long missed)
    {
        try
        {
            await store.AddHeartbeatsAsync(botId, time.GetUtcNow(), kept, missed, CancellationToken.None).WaitAsync(s_limit, time);
            return true;
        }
        catch (Exception e)
        {
            LogUnwritten(logger, botId, e);
            return false;
        }
    }

    [LoggerMessage(EventIds.AutonomyReaderUnread, LogLevel.Warning, "Bot {BotId}: its evidence could not be read; its tier can't rise.")]
    private static partial void LogUnread(ILogger logger, string botId, Exception exception);

    [LoggerMessage(EventIds.AutonomyReaderUnwritten, LogLevel.Warning, "Bot {BotId}: its evidence could not be written.")]
    private static partial void LogUnwritten(ILogger logger, string botId, Exception exception);
}

/// <summary>A bot's factors at one moment.</summary>
/// <param name="NewestViolation">Null without one within the window.</param>
internal sealed record AutonomyReading(ImmutableArray<AutonomyFactor> Factors, double? Score, Violation? NewestViolation, DateTimeOffset At);
