using ControlPlane.Api.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Cluster;

/// <summary>How long to wait for one source. Once it was overdue the next callers are told quickly, until it answers in time again:
/// a database that hangs must not make every answer hang with it.</summary>
internal sealed class Patience(IOptions<ApiOptions> options, TimeProvider time)
{
    private volatile bool _overdue;

    /// <summary>How long the next read may take.</summary>
    public TimeSpan Limit => TimeSpan.FromSeconds(_overdue ? options.Value.Read.ImpatientSeconds : options.Value.Read.TimeoutSeconds);

    /// <exception cref="TimeoutException">The read was overdue; it goes on alone.</exception>
    public async Task<T> Wait<T>(Task<T> read)
    {
        try
        {
            var answer = await read.WaitAsync(Limit, time);
            _overdue = false;
            return answer;
        }
        catch (TimeoutException)
        {
            _overdue = true;
            throw;
        }
    }
}
