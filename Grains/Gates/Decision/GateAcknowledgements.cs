using ControlPlane.Abstractions;
using ControlPlane.Grains.Gates.Decision.Office;

namespace ControlPlane.Grains.Gates.Decision;

/// <summary>Waits until nodes have acknowledged a position.</summary>
internal sealed class GateAcknowledgements(NodeLedger nodes, GateTerm term, TimeProvider time)
{
    private readonly GateSignal _heard = new();

    /// <summary>Completes when a node or a runner is heard next.</summary>
    public Task Next => _heard.Next;

    /// <summary>A node or a runner was heard, or the gate is out of office.</summary>
    public void Pulse() => _heard.Pulse();

    /// <summary>Answers when every node has taken over the position or its lease has ended.</summary>
    /// <exception cref="TimeoutException">Another gate may be in office.</exception>
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
