using System.Diagnostics;
using ControlPlane.Api.Bots;
using ControlPlane.Api.Gates;
using ControlPlane.Api.SystemControl;
using ControlPlane.Contracts;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Live;

/// <summary>The system's status as this node publishes it. A change to BLOCKED is published at once, without coalescing.</summary>
internal sealed class LiveSystem(NodeGate gate, SystemStatusReader reader, LiveLog log, LiveJson json, LiveTimes times, TimeProvider time)
{
    private readonly Lock _lock = new();
    private BotCountsReading _counts = new(Value: null, Abstractions.Codes.DataUnavailable, time.GetUtcNow());
    private Published? _published;
    private long _publishedAt;
    private Written? _written;

    /// <summary>Two statuses that are equal in this are not published twice.</summary>
    private sealed record Published(long Epoch, long Version, bool Live, SystemStatus Status, BotCountsReading Counts);

    private sealed record Written(SystemStatusAnswer Answer, byte[] Body, long At);

    /// <summary>Takes over counts of bots; they are published at the next evaluation.</summary>
    public void Count(BotCountsReading counts)
    {
        lock (_lock) _counts = _counts.SameAs(counts) && counts.Value is null ? _counts : counts;
    }

    /// <summary>Reads the gate and publishes a change when it is due. Returns whether it published.</summary>
    public bool Look()
    {
        lock (_lock)
        {
            var reading = gate.Read();
            var live = reading is { Snapshot: not null, ValidForMs: > 0 };
            var (epoch, version) = (reading.Snapshot?.Epoch ?? 0, reading.Snapshot?.Version ?? 0);
            if (_published is { } last && (last.Epoch, last.Version, last.Live) == (epoch, version, live) && last.Counts.SameAs(_counts)) return false;

            var written = Write(reading);
            var closing = written.Answer.SystemStatus == SystemStatus.Blocked && _published?.Status != SystemStatus.Blocked;
            if (!closing && _published is not null && time.GetElapsedTime(_publishedAt) < times.Coalesce) return false;
            _published = new Published(epoch, version, live, written.Answer.SystemStatus, _counts);
            _publishedAt = time.GetTimestamp();
            log.AppendSystem(written.Body, closing);
            return true;
        }
    }

    /// <summary>Body to send now: of a closing the recorded one, else the current status, since the recorded validity has shrunk.</summary>
    public ReadOnlyMemory<byte> BodyOf(LiveEntry entry) =>
        entry.Closing || time.GetElapsedTime(entry.At) < LiveTimes.KeepWritten ? entry.Body : Now();

    /// <summary>The status as it is now, as JSON.</summary>
    public ReadOnlyMemory<byte> Now()
    {
        lock (_lock)
        {
            return _written is { } written && time.GetElapsedTime(written.At) < LiveTimes.KeepWritten ? written.Body : Write(gate.Read()).Body;
        }
    }

    private Written Write(NodeGateReading reading)
    {
        var promised = reading.ValidForMs > 0 ? Math.Max(1, reading.ValidForMs - LiveTimes.PromiseLessMs) : 0;
        var trace = reading.Snapshot?.TraceId ?? ActivityTraceId.CreateRandom().ToHexString();
        var answer = reader.Compose(reading, promised, _counts, time.GetUtcNow(), trace);
        return _written = new Written(answer, json.Write(answer), time.GetTimestamp());
    }
}
