using ControlPlane.Api.Cluster;

namespace ControlPlane.Api.Stores;

/// <summary>Whether the store answers, asked at most once a second: anybody may call <c>/readyz</c>, and a probe writes.</summary>
internal sealed class StoreReadiness(IGrainFactory grains, TimeProvider time) : IDisposable
{
    private static readonly TimeSpan s_keep = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan s_limit = TimeSpan.FromSeconds(1);
    private readonly SemaphoreSlim _one = new(1, 1);
    private long? _askedAt;
    private bool _answers;

    public async Task<bool> AnswersAsync(CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            if (_askedAt is { } asked && time.GetElapsedTime(asked) < s_keep) return _answers;
            _answers = await Ask();
            _askedAt = time.GetTimestamp();
            return _answers;
        }
        finally
        {
            _one.Release();
        }
    }

    public void Dispose() => _one.Dispose();

    private async Task<bool> Ask()
    {
        using var deadline = new CancellationTokenSource(s_limit, time);
        try
        {
            return await grains.History().StoreAnswers(deadline.Token).WaitAsync(s_limit, time);
        }
        catch (Exception)
        {
            return false;
        }
    }
}
