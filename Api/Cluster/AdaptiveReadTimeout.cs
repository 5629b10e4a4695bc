using ControlPlane.Api.Hosting;
using Microsoft.Extensions.Options;

namespace ControlPlane.Api.Cluster;

/// <summary>Timeout for reads of one source. After a timeout the next reads get a short one, until the source answers in time again. A database that
/// hangs must not delay every answer.</summary>
internal sealed class AdaptiveReadTimeout(IOptions<ApiOptions> options, TimeProvider time)
{
    private static readonly TimeSpan s_moment = TimeSpan.FromMilliseconds(250);
    private volatile bool _overdue;
    private volatile bool _answered;

    /// <summary>Timeout of the next read.</summary>
    public TimeSpan Limit => TimeSpan.FromSeconds(_overdue ? options.Value.Read.ImpatientSeconds : options.Value.Read.TimeoutSeconds);

    /// <exception cref="TimeoutException">The read timed out. It continues in the background.</exception>
    public Task<T> Wait<T>(Task<T> read) => WaitAsync(read, Limit);

    /// <summary>For optional parts of an answer: after the first success the timeout is at most 250 ms.</summary>
    /// <exception cref="TimeoutException">The read timed out. It continues in the background.</exception>
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
