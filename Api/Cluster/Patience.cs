using ControlPlane.Api.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Cluster;

/// <summary>How long to wait for one source. Once it was overdue the next callers are told quickly, until it answers in time again:
/// a database that hangs must not make every answer hang with it.</summary>
internal sealed class Patience(IOptions<ApiOptions> options, TimeProvider time)
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(250);
    private volatile bool _overdue;
    private volatile bool _answered;

    /// <summary>How long the next read may take.</summary>
    public TimeSpan Limit => TimeSpan.FromSeconds(_overdue ? options.Value.Read.ImpatientSeconds : options.Value.Read.TimeoutSeconds);

    /// <exception cref="TimeoutException">The read was overdue; it goes on alone.</exception>
    public Task<T> Wait<T>(Task<T> read) => WaitAsync(read, Limit);

    /// <summary>For what an answer can do without: from the first answer on nobody waits for it longer than a moment.</summary>
    /// <exception cref="TimeoutException">The read was overdue; it goes on alone.</exception>
    public Task<T> WaitBriefly<T>(Task<T> read) => WaitAsync(read, _answered && Limit > s_moment ? s_moment : Limit);

    private async Task<T> WaitAsync<T>(Task<T> read, TimeSpan limit)
    {
        try
        {
            var answer = await read.WaitAsync(limit, time);
            _overdue = false;
            _answered = true;
            return answer;
        }
        catch (TimeoutException)
        {
            _overdue = true;
            _ = read.ContinueWith(static late => late.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
            throw;
        }
    }
}
