using System.Diagnostics.CodeAnalysis;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage.Embedded;

/// <summary>Writes that wait for the writer: bounded, first come first served within a lane, the control lane first.
/// Many callers, one taker that may block: it owns its thread.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a wait handle a SemaphoreSlim holds nothing, and late callers must still get an answer.")]
internal sealed class WriteQueue(EmbeddedStoreOptions options)
{
    private readonly Lock _gate = new();
    private readonly Queue<WriteCall> _control = new();
    private readonly Queue<WriteCall> _bulk = new();
    private readonly Admission _controlRoom = new(options.QueueCapacity, options.ControlWait);
    private readonly Admission _bulkRoom = new(options.QueueCapacity, options.BulkWait);

    // Counts the calls in both queues, and one more once closed.
    private readonly SemaphoreSlim _ready = new(0);
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
                _ready.Release();
                return;
            }
        }

        room.Leave(units);
        throw new StoreUnavailableException("The embedded store is closed.");
    }

    /// <summary>Blocks until there is a call; false when the queue is closed and empty.</summary>
    public bool Take([MaybeNullWhen(false)] out WriteCall call)
    {
        _ready.Wait();
        return TryDequeue(out call);
    }

    public bool TryTake([MaybeNullWhen(false)] out WriteCall call)
    {
        call = null;
        return _ready.Wait(0) && TryDequeue(out call);
    }

    public void Close()
    {
        lock (_gate)
        {
            if (!_closed)
            {
                _closed = true;
                _ready.Release();
            }
        }
    }

    private bool TryDequeue([MaybeNullWhen(false)] out WriteCall call)
    {
        lock (_gate)
        {
            if (!_control.TryDequeue(out call) && !_bulk.TryDequeue(out call))
            {
                // Only closing lets the taker through without a call, and it must let it through again.
                _ready.Release();
                return false;
            }
        }

        var room = RoomOf(call);
        room.Leave(room.UnitsFor(call.Rows));
        return true;
    }

    private Admission RoomOf(WriteCall call) => call.Lane == WriteLane.Control ? _controlRoom : _bulkRoom;
}
