using ControlPlane.Api.Gates;
using ControlPlane.Contracts;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Live;

/// <summary>What every beat says, written once for all that beat within a moment; it promises that much less.</summary>
internal sealed class LiveBeat(NodeGate gate, LiveJson json, TimeProvider time)
{
    private const long KeepMs = 20;
    private volatile Written? _written;

    private sealed record Written(byte[] Body, long At);

    /// <summary>The members of a beat as JSON, without the brace that opens the object.</summary>
    public ReadOnlyMemory<byte> Members()
    {
        if (_written is { } known && time.GetElapsedTime(known.At).TotalMilliseconds < KeepMs) return known.Body.AsMemory(1);
        var at = time.GetTimestamp();
        var reading = gate.Read();
        var (now, promised) = (time.GetUtcNow(), Math.Max(0, reading.ValidForMs - KeepMs));
        var body = json.Write(new LiveBeatBody(
            reading.Snapshot?.Epoch ?? 0,
            reading.Snapshot?.Version ?? 0,
            promised,
            promised > 0 ? now.AddMilliseconds(promised) : null,
            now));
        _written = new Written(body, at);
        return body.AsMemory(1);
    }
}
