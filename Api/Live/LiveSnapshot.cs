using System.Buffers;

namespace ControlPlane.Api.Live;

/// <summary>Everything as it stands, written once for all that ask within a moment.</summary>
/// <param name="Members">The snapshot's members after <c>stream_id</c> and <c>seq</c>, and the brace that ends the object.</param>
/// <param name="Cursor">Position from which its reader continues. Changes in the snapshot may come again; later ones come.</param>
internal sealed record LiveSnapshot(ReadOnlyMemory<byte> Members, LiveCursor Cursor, long At);

/// <summary>Makes snapshots.</summary>
internal sealed class LiveSnapshots(LiveLog log, LiveSystem system, LiveRows rows, TimeProvider time)
{
    private readonly Lock _lock = new();
    private LiveSnapshot? _last;

    public LiveSnapshot Take()
    {
        lock (_lock)
        {
            // The cursor first: a change during the read is then sent again, never missed.
            var cursor = log.End;
            if (_last is { } last && last.Cursor == cursor && time.GetElapsedTime(last.At) < LiveTimes.KeepWritten) return last;
            var at = time.GetTimestamp();
            var writer = new ArrayBufferWriter<byte>(16 * 1024);
            writer.Write("\"system\":"u8);
            writer.Write(system.Now().Span);
            writer.Write(","u8);
            rows.WriteTo(writer);
            writer.Write("}"u8);
            return _last = new LiveSnapshot(writer.WrittenMemory, cursor, at);
        }
    }
}
