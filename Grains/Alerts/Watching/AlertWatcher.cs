using System.Collections.Immutable;
using ControlPlane.Abstractions;
using ControlPlane.Grains.Alerts.Policy;
using ControlPlane.Grains.Bots;
using ControlPlane.Grains.Bots.Traces;
using ControlPlane.Grains.Gates.Decision;
using ControlPlane.Grains.Risk;
using ControlPlane.Grains.Risk.Losses;
using ControlPlane.Grains.Risk.SystemLimits;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Options;

namespace ControlPlane.Grains.Alerts.Watching;

/// <summary>Polls what is not in the gate's decision: bots, losses, the audit log. A missing answer delays nothing.</summary>
internal sealed partial class AlertWatcher(
    AlertFeed feed, IBotActivityStore activity, GateProviders providers, Currencies currencies, IOptions<RiskOptions> risk, AlertSettings settings, TimeProvider time, ILogger<AlertWatcher> logger)
{
    private static readonly TimeSpan s_askBots = TimeSpan.FromSeconds(3);
    private static readonly TimeSpan s_askLosses = TimeSpan.FromSeconds(15);
    private static readonly TimeSpan s_askKeys = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan s_nodeCounts = TimeSpan.FromSeconds(8);
    private readonly Dictionary<string, (NodeRefusal Refusal, long HeardAt)> _nodes = new(StringComparer.Ordinal);
    private readonly Known<ImmutableArray<BotView>> _bots = new(time, s_askBots, TimeSpan.FromSeconds(20));
    private readonly Known<ImmutableArray<DayLoss>> _losses = new(time, s_askLosses, TimeSpan.FromSeconds(60));
    private readonly Known<ImmutableArray<KeyEnd>> _keys = new(time, s_askKeys, TimeSpan.FromSeconds(300));
    private readonly Known<AuditCheck> _audit = new(time, TimeSpan.FromSeconds(settings.Options.AuditCheckSeconds), TimeSpan.FromSeconds((settings.Options.AuditCheckSeconds * 2) + 60));
    private DateTimeOffset? _auditBrokenSince;

    public void NodeNotReady(string node, GateRefusal refusal)
    {
        var since = _nodes.TryGetValue(node, out var known) && known.Refusal.Refusal == refusal ? known.Refusal.Since : time.GetUtcNow();
        _nodes[node] = (new(node, refusal, since), time.GetTimestamp());
    }

    /// <summary>Starts what is due to be asked, and gives what is known now.</summary>
    public AlertSighting Look(IGrainFactory grains)
    {
        if (_bots.Due()) _ = AskAsync(_bots, () => BotsAsync(grains));
        if (_bots.Value is { } listed && _losses.Due()) _ = AskAsync(_losses, () => LossesAsync(listed.Value));
        if (_keys.Due()) _ = AskAsync(_keys, () => KeysAsync(grains));
        if (_audit.Due()) _ = AskAsync(_audit, () => AuditAsync(grains));
        foreach (var gone in _nodes.Where(n => time.GetElapsedTime(n.Value.HeardAt) > s_nodeCounts).Select(n => n.Key).ToArray()) _nodes.Remove(gone);

        var (now, before) = feed.Take();
        var facts = new AlertFacts
        {
            Gate = now.Snapshot,
            GateLive = now.IsLive,
            Bots = _bots.Value?.Value,
            Losses = _losses.Value?.Value,
            Keys = _keys.Value?.Value,
            Audit = _audit.Value?.Value,
            AuditBrokenSince = _auditBrokenSince,
            Nodes = [.. _nodes.Values.Select(n => n.Refusal)],
            Now = time.GetUtcNow(),
        };
        return AlertFeed.See(facts, before, settings.Options);
    }

    private async Task AskAsync<T>(Known<T> known, Func<Task<T>> ask)
    {
        known.Asking = true;
        try
        {
            known.Set(await ask());
        }
        catch (Exception e)
        {
            LogUnread(logger, typeof(T).IsGenericType ? typeof(T).GetGenericArguments()[0].Name : typeof(T).Name, e);
        }
        finally
        {
            known.Asking = false;
        }
    }

    private static async Task<ImmutableArray<BotView>> BotsAsync(IGrainFactory grains)
    {
        var shards = await Task.WhenAll(Enumerable.Range(0, IBotDirectoryGrain.ShardCount).Select(s => grains.GetGrain<IBotDirectoryGrain>(s).List())).WaitAsync(TimeSpan.FromSeconds(10));
        return [.. shards.SelectMany(s => s)];
    }

    /// <summary>Only connected providers: problems of others are in the gate's decision.</summary>
    private async Task<ImmutableArray<KeyEnd>> KeysAsync(IGrainFactory grains)
    {
        var asked = await Task.WhenAll(providers.All.Where(p => p.Verifiable).Select(p => grains.GetGrain<IProviderGrain>(p.Id).GetStatus())).WaitAsync(TimeSpan.FromSeconds(10), time);
        return [.. asked.OfType<ProviderStatus>().Where(s => s is { ExpiresAt: not null, State: ProviderState.Connected or ProviderState.Degraded }).Select(s => new KeyEnd(s.Provider, s.Name, s.ExpiresAt!.Value))];
    }

    private async Task<AuditCheck> AuditAsync(IGrainFactory grains)
    {
        var check = await grains.GetGrain<IAuditGrain>(0).Check();
        _auditBrokenSince = check.Intact ? null : _auditBrokenSince ?? time.GetUtcNow();
        return check;
    }

    private async Task<ImmutableArray<DayLoss>> LossesAsync(ImmutableArray<BotView> bots)
    {
        var today = time.GetUtcNow().UtcDateTime.Date;
        var day = DateOnly.FromDateTime(today);
        var read = await activity.ReadAllAsync(new DateTimeOffset(today, TimeSpan.Zero), CancellationToken.None).WaitAsync(TimeSpan.FromSeconds(10), time);
        var losses = ImmutableArray.CreateBuilder<DayLoss>();
        foreach (var bot in bots)
        {
            // An unknown loss has no figure to report: the bot shows it as unknown, and opens nothing.
            if (!read.TryGetValue(bot.BotId, out var doing) || currencies.Sum(doing.Realised, null) is not { } realised) continue;
            losses.Add(new(bot.BotId, day, -realised, bot.Spec.RiskLimits.GetValueOrDefault(RiskLimitNames.MaxDailyLoss, risk.Value.MaxDailyLoss), currencies.Default));
        }

        if (risk.Value.System.MaxDailyLoss is { } limit && SystemLimitPolicy.Loss(read.Values, currencies) is { } all) losses.Add(new(null, day, all, limit, currencies.Default));
        return losses.ToImmutable();
    }

    /// <summary>The last answer to a question that is asked again and again, for as long as it counts.</summary>
    private sealed class Known<T>(TimeProvider time, TimeSpan every, TimeSpan counts)
    {
        private T? _value;
        private long? _askedAt;
        private long? _answeredAt;

        public bool Asking { get; set; }

        public Answered? Value => _answeredAt is { } at && time.GetElapsedTime(at) <= counts ? new Answered(_value!) : null;

        public bool Due()
        {
            if (Asking || (_askedAt is { } at && time.GetElapsedTime(at) < every)) return false;
            _askedAt = time.GetTimestamp();
            return true;
        }

        public void Set(T value) => (_value, _answeredAt) = (value, time.GetTimestamp());

        public sealed record Answered(T Value);
    }

    [LoggerMessage(EventIds.AlertsUnread, LogLevel.Warning, "Input of alerts could not be read: {What}. Alerts of that kind stay as they are.")]
    private static partial void LogUnread(ILogger logger, string what, Exception exception);
}
