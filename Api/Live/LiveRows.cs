using System.Buffers;
using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Integrations;
using ControlPlane.Contracts;
using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Api.Live;

/// <summary>Rows of integrations and bots as this node publishes them. A change is published at once, the next one of the same row after the
/// coalescing time. An unreadable row is marked as such and keeps no old values.</summary>
internal sealed class LiveRows(ProviderCatalogue catalogue, LiveLog log, LiveJson json, LiveTimes times, TimeProvider time)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, LiveRow<IntegrationRow>> _integrations = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, LiveRow<BotRow>> _bots = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DateTimeOffset> _unreadableSince = new(StringComparer.Ordinal);
    private UnavailableRow? _botsUnavailable;
    private bool _waiting;

    /// <summary>Takes over a provider's status.</summary>
    /// <param name="status">Null when it did not answer.</param>
    public void Offer(ProviderDefinition provider, ProviderStatus? status)
    {
        lock (_lock)
        {
            var now = time.GetUtcNow();
            if (status is not null) _unreadableSince.Remove(provider.Id);
            else _unreadableSince.TryAdd(provider.Id, now);
            Offer(status is null
                ? IntegrationRowMapping.Unreadable(provider, _unreadableSince[provider.Id])
                : IntegrationRowMapping.ToRow(status, now));
        }
    }

    /// <summary>The provider is switched off: it has no row.</summary>
    public void Withdraw(string provider)
    {
        lock (_lock) _integrations.Remove(provider);
    }

    /// <summary>Takes over all bots there are.</summary>
    public void Offer(IReadOnlyCollection<BotView> bots)
    {
        lock (_lock) Offer(bots, [.. _bots.Keys]);
    }

    /// <summary>Takes over those of the bots asked for that there are; the others are gone.</summary>
    public void Offer(IReadOnlyCollection<BotView> bots, IReadOnlyCollection<string> asked)
    {
        lock (_lock)
        {
            foreach (var bot in bots) Offer(BotMapping.ToRow(bot));
            foreach (var gone in asked.Except(bots.Select(bot => bot.BotId), StringComparer.Ordinal))
            {
                if (_bots.Remove(gone)) log.RemoveRow(LiveKind.Bot, gone);
            }
        }
    }

    /// <summary>Whether the list of bots could be read; while it can't, the snapshot has no bots and says so.</summary>
    public void BotsReadable(string? failure)
    {
        lock (_lock)
        {
            if (failure is null) _botsUnavailable = null;
            else if (_botsUnavailable?.Code != failure) _botsUnavailable = new("bots", failure, time.GetUtcNow());
        }
    }

    /// <summary>Publishes delayed rows that are due. Returns whether there were any.</summary>
    public bool PublishDue()
    {
        lock (_lock)
        {
            if (!_waiting) return false;
            _waiting = false;
            var told = false;
            foreach (var (id, row) in _integrations) told |= PublishWhenDue(id, row);
            foreach (var (id, row) in _bots) told |= PublishWhenDue(id, row);
            return told;
        }
    }

    /// <summary>Everything as it stands: the members <c>integrations</c>, <c>bots</c> and <c>unavailable</c> of the snapshot.</summary>
    public void WriteTo(ArrayBufferWriter<byte> writer)
    {
        lock (_lock)
        {
            writer.Write("\"integrations\":["u8);
            WriteRows(writer, catalogue.Providers.Select(provider => _integrations.GetValueOrDefault(provider.Id)).OfType<LiveRow<IntegrationRow>>());
            writer.Write("],\"bots\":["u8);
            if (_botsUnavailable is null) WriteRows(writer, _bots.Values);
            writer.Write("],\"unavailable\":["u8);
            if (_botsUnavailable is { } unavailable) writer.Write(json.Write(unavailable));
            writer.Write("]"u8);
        }
    }

    private void Offer(IntegrationRow value)
    {
        var state = json.Write(IntegrationRowMapping.WithoutUsage(value));
        var usage = json.Write(IntegrationRowMapping.ToUsage(value));
        if (!_integrations.TryGetValue(value.Provider, out var row)) _integrations.Add(value.Provider, row = new LiveRow<IntegrationRow> { Value = value, ToldAt = Never() });
        var (sameState, sameUsage) = (row.State.AsSpan().SequenceEqual(state), row.Usage.AsSpan().SequenceEqual(usage));
        if (sameState && sameUsage) return;
        (row.Value, row.Body, row.State, row.Usage) = (value, null, state, usage);
        if (!sameState) row.Pending = LiveKind.Integration;
        else row.Pending ??= LiveKind.Usage;
        PublishWhenDue(value.Provider, row);
    }

    private void Offer(BotRow value)
    {
        // A heartbeat alone is not published: hundreds of bots send one every few seconds, and the runner's state is in the row.
        var state = json.Write(value with { Runner = value.Runner with { LastHeartbeatAt = null } });
        if (!_bots.TryGetValue(value.BotId, out var row)) _bots.Add(value.BotId, row = new LiveRow<BotRow> { Value = value, ToldAt = Never() });
        (row.Value, row.Body) = (value, null);
        if (row.State.AsSpan().SequenceEqual(state)) return;
        (row.State, row.Pending) = (state, LiveKind.Bot);
        PublishWhenDue(value.BotId, row);
    }

    private bool PublishWhenDue<T>(string id, LiveRow<T> row)
        where T : class
    {
        if (row.Pending is not { } kind) return false;
        if (time.GetElapsedTime(row.ToldAt) < times.Coalesce)
        {
            _waiting = true;
            return false;
        }

        row.Pending = null;
        row.ToldAt = time.GetTimestamp();
        log.AppendRow(kind, id, kind == LiveKind.Usage ? row.Usage : BodyOf(row));
        return true;
    }

    private void WriteRows<T>(ArrayBufferWriter<byte> writer, IEnumerable<LiveRow<T>> rows)
        where T : class
    {
        var first = true;
        foreach (var row in rows)
        {
            if (!first) writer.Write(","u8);
            first = false;
            writer.Write(BodyOf(row));
        }
    }

    private byte[] BodyOf<T>(LiveRow<T> row)
        where T : class => row.Body ??= json.Write(row.Value);

    // So long ago that a first change is never delayed.
    private long Never() => time.GetTimestamp() - (long)(times.Coalesce.TotalSeconds * time.TimestampFrequency) - 1;
}
