using System.Collections.Immutable;
using ControlPlane.Abstractions;

namespace ControlPlane.Grains;

/// <summary>Finds everything retained that carries a trace id, whatever list it stands in, by an index of each.</summary>
public interface ITraceIndex
{
    /// <param name="limit">Of each list, the newest.</param>
    /// <returns>Newest first.</returns>
    Task<ImmutableArray<TraceRecord>> FindAsync(string traceId, int limit, CancellationToken cancellationToken);
}
