using System.Diagnostics.CodeAnalysis;
using ControlPlane.Grains;

namespace ControlPlane.Silo.Storage;

/// <summary>Room in the writer's queue. A call takes one unit for every <see cref="RowsPerUnit"/> rows it began.</summary>
[SuppressMessage("Design", "CA1001", Justification = "Without a wait handle a SemaphoreSlim holds nothing, and late callers must still get an answer.")]
internal sealed class Admission(int capacity, TimeSpan wait)
{
    public const int RowsPerUnit = 250;

    private readonly SemaphoreSlim _units = new(capacity, capacity);

    // Only who holds the turn takes units: two large calls can't each hold half of what both need.
    private readonly SemaphoreSlim _turn = new(1, 1);

    public int UnitsFor(int rows) => Math.Clamp((rows + RowsPerUnit - 1) / RowsPerUnit, 1, capacity);

    /// <exception cref="StoreBusyException">No room became free in time.</exception>
    public async ValueTask EnterAsync(int units, CancellationToken cancellationToken)
    {
        var until = Environment.TickCount64 + (long)wait.TotalMilliseconds;
        if (!await _turn.WaitAsync(wait, cancellationToken))
        {
            throw new StoreBusyException();
        }

        var taken = 0;
        try
        {
            for (; taken < units; taken++)
            {
                var left = (int)Math.Max(0, until - Environment.TickCount64);
                if (!await _units.WaitAsync(left, cancellationToken))
                {
                    throw new StoreBusyException();
                }
            }
        }
        catch when (taken > 0)
        {
            _units.Release(taken);
            throw;
        }
        finally
        {
            _turn.Release();
        }
    }

    public void Leave(int units) => _units.Release(units);
}
