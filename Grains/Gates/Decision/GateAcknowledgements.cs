using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Office;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Waits until nodes have acknowledged a position.</summary>
internal sealed class GateAcknowledgements(NodeLedger nodes, GateTerm term, TimeProvider time)
{
    private readonly GateSignal _heard = new();

    /// <summary>Completes at the next answer of a node or a runner.</summary>
    public Task Next => _heard.Next;

    /// <summary>A node or a runner answered, or this gate is not the active one any more.</summary>
    public void Pulse() => _heard.Pulse();

    /// <summary>Answers when every node has taken over the position or its lease has ended.</summary>
    /// <exception cref="TimeoutException">Another gate may be active.</exception>
    public async Task<Acknowledgements> WaitAsync(GatePosition position)
    {
        while (true)
        {
            var (count, wait) = nodes.Acknowledged(position);
            if (wait <= TimeSpan.Zero || term.IsShutOut)
            {
                term.MustBeInOffice(position);
                return count;
            }

            try
            {
                await _heard.Next.WaitAsync(wait, time);
            }
            catch (TimeoutException)
            {
                // The slowest node's lease has ended; look again.
            }
        }
    }
}
