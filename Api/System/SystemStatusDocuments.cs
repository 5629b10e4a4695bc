using System.Diagnostics;
using ControlPlane.Abstractions;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Cluster;
using ControlPlane.Api.Gates;
using ControlPlane.Api.Http;
using ControlPlane.Api.Live;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.SystemControl;

/// <summary>The system's status as bytes. It is written anew when the gate's decision changes, or this node's lease ends or returns. So it is when
/// the written validity exceeds what is left of the lease.</summary>
internal sealed class SystemStatusDocuments
{
    /// <summary>How long one writing may be shared, and how much less of the lease it promises then.</summary>
    internal static readonly TimeSpan Keep = TimeSpan.FromMilliseconds(50);

    private readonly SystemStatusReader _reader;
    private readonly NodeGate _gate;
    private readonly LiveJson _json;
    private readonly TimeProvider _time;
    private readonly SingleFlightCache<BotCountsReading> _counts;
    private volatile Written? _written;

    public SystemStatusDocuments(SystemStatusReader reader, NodeGate gate, LiveJson json, ReadYourWritesVersion horizon, TimeProvider time)
    {
        (_reader, _gate, _json, _time) = (reader, gate, json, time);
        _counts = new(reader.CountAsync, horizon, time);

        // What bots may do follows from the gate: no count from before goes with a decision from after.
        gate.Changed += horizon.Move;
    }

    private sealed record Written(PreparedJson Body, NodeGateReading Of, BotCountsReading Counts, long Promised, long At);

    public async Task<PreparedJson> TakeAsync() => Take(await _counts.TakeAsync());

    private PreparedJson Take(BotCountsReading counts)
    {
        // Read last: a count that took its time must not age the decision.
        var reading = _gate.Read();
        var crowded = false;
        if (_written is { } known && _time.GetElapsedTime(known.At) < Keep)
        {
            if (SaysTheSame(known, reading, counts)) return known.Body;
            crowded = true;
        }

        // A single caller gets the exact validity.
        var keep = (long)Keep.TotalMilliseconds;
        var promised = crowded && reading.ValidForMs > keep ? reading.ValidForMs - keep : reading.ValidForMs;
        var at = _time.GetTimestamp();
        var traceId = ActivityTraceId.CreateRandom().ToHexString();
        var answer = _reader.Compose(reading, promised, counts, _time.GetUtcNow(), traceId);
        var body = new PreparedJson(_json.Write(answer), traceId, answer.Code is null ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable);
        _written = new Written(body, reading, counts, promised, at);
        return body;
    }

    private static bool SaysTheSame(Written known, NodeGateReading now, BotCountsReading counts) =>
        ReferenceEquals(known.Counts, counts)
        && ReferenceEquals(known.Of.Snapshot, now.Snapshot)
        && known.Of.Refusal == now.Refusal
        && (now.ValidForMs > 0
            ? known.Of.ValidForMs > 0 && known.Promised <= now.ValidForMs
            : known.Of.ValidForMs <= 0 && known.Of.HeardAt == now.HeardAt);
}
