using ControlPlane.Dashboard.Http;

namespace ControlPlane.Dashboard.Readings;

/// <summary>A part of a view that is asked for again and again: the last answer, and since when there has been none.</summary>
public sealed class Polled<T>(Func<CancellationToken, Task<ApiResult<T>>> read, TimeProvider time)
    where T : class
{
    /// <summary>The last answer, however old; null before the first.</summary>
    public T? Value { get; private set; }

    public DateTimeOffset? AsOf { get; private set; }

    /// <summary>The last failure; null while answers come.</summary>
    public ApiResult<T>? Failure { get; private set; }

    public DateTimeOffset? FailingSince { get; private set; }

    public DateTimeOffset AskedSince { get; } = time.GetUtcNow();

    public async Task RefreshAsync(CancellationToken cancellationToken)
    {
        var result = await read(cancellationToken);
        if (cancellationToken.IsCancellationRequested) return;
        if (result.Value is { } value)
        {
            (Value, AsOf, Failure, FailingSince) = (value, time.GetUtcNow(), null, null);
            return;
        }

        Failure = result;
        FailingSince ??= time.GetUtcNow();
    }
}
