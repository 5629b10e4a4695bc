using ControlPlane.Api.Gates;
using ControlPlane.Contracts;
using ControlPlane.Grains.Gates.Node;

namespace ControlPlane.Api.Live;

/// <summary>Body of the heartbeat, written once for all sent within 20 ms. Its validity is shorter by that time.</summary>
internal sealed class LiveHeartbeat(NodeGate gate, LiveJson json, TimeProvider time)
{
    private const long KeepMs = 20;
    private volatile Written? _written;

    private sealed record Written(byte[] Body, long At);

    /// <summary>Members of a heartbeat as JSON, without the opening brace.</summary>
    public ReadOnlyMemory<byte> Members()
    {
        if (_written is { } known && time.GetElapsedTime(known.At).TotalMilliseconds < KeepMs) return known.Body.AsMemory(1);
        var at = time.GetTimestamp();
        var reading = gate.Read();
        var (now, promised) = (time.GetUtcNow(), Math.Max(0, reading.ValidForMs - KeepMs));
        var body = json.Write(new LiveHeartbeatBody(
            reading.Snapshot?.Epoch ?? 0,
            reading.Snapshot?.Version ?? 0,
            promised,
            promised > 0 ? now.AddMilliseconds(promised) : null,
            now));
        _written = new Written(body, at);
        return body.AsMemory(1);
    }
}
