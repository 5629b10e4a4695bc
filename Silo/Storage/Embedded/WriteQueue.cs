using System.Diagnostics.CodeAnalysis;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Writes that wait for the writer: bounded, first come first served within a lane, the control lane first.
/// Many callers, one taker that may block: it owns its thread.</summary>
internal sealed class WriteQueue(EmbeddedStoreOptions options)
{
    // A monitor: its waiter sleeps at once, where a semaphore's spins first, which costs a small machine more than the write.
    private readonly object _gate = new();
    private readonly Queue<WriteCall> _control = new();
    private readonly Queue<WriteCall> _bulk = new();
    private readonly Admission _controlRoom = new(options.QueueCapacity, options.ControlWait);
    private readonly Admission _bulkRoom = new(options.QueueCapacity, options.BulkWait);
    private bool _closed;

    /// <exception cref="StoreBusyException">The lane stayed full.</exception>
    /// <exception cref="StoreUnavailableException">The store is closing.</exception>
    public async ValueTask EnqueueAsync(WriteCall call, CancellationToken cancellationToken)
    {
        var room = RoomOf(call);
        var units = room.UnitsFor(call.Rows);
        await room.EnterAsync(units, cancellationToken);
        lock (_gate)
        {
            if (!_closed)
            {
                (call.Lane == WriteLane.Control ? _control : _bulk).Enqueue(call);
                Monitor.Pulse(_gate);
                return;
            }
        }

        room.Leave(units);
        throw new StoreUnavailableException("The embedded store is closed.");
    }

    /// <summary>Blocks until there is a call; false when the queue is closed and empty.</summary>
    public bool Take([MaybeNullWhen(false)] out WriteCall call)
    {
        lock (_gate)
        {
            while (!TryDequeue(out call))
            {
                if (_closed) return false;
                Monitor.Wait(_gate);
            }
        }

        MakeRoom(call);
        return true;
    }

    public bool TryTake([MaybeNullWhen(false)] out WriteCall call)
    {
        lock (_gate)
        {
            if (!TryDequeue(out call)) return false;
        }

        MakeRoom(call);
        return true;
    }

    public void Close()
    {
        lock (_gate)
        {
            _closed = true;
            Monitor.Pulse(_gate);
        }
    }

    private bool TryDequeue([MaybeNullWhen(false)] out WriteCall call) => _control.TryDequeue(out call) || _bulk.TryDequeue(out call);

    private void MakeRoom(WriteCall call)
    {
        var room = RoomOf(call);
        room.Leave(room.UnitsFor(call.Rows));
    }

    private Admission RoomOf(WriteCall call) => call.Lane == WriteLane.Control ? _controlRoom : _bulkRoom;
}
