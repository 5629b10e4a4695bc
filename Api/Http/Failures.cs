using ControlPlane.Abstractions;
using ControlPlane.Api.Stores;
using ControlPlane.Contracts;
using ControlPlane.Grains;
using Orleans.Runtime;
using Orleans.Storage;

namespace ControlPlane.Api.Http;

/// <summary>Which problem an exception is.</summary>
internal static class Failures
{
    public static Problem ToProblem(Exception exception) => exception switch
    {
        BadHttpRequestException bad => Problems.ForStatus(bad.StatusCode),
        InvalidCursorException => Problems.Invalid("'before' is not a cursor of this list.", "Take it from 'next' of the page before."),
        StoreReadFailedException or StoreUnavailableException or StoreConflictException => Problems.DataUnavailable(),
        InconsistentStateException => Problems.DataUnavailable(),
        _ when IsUnreachable(exception) => Problems.Unreachable(),
        _ => Problems.Unexpected(),
    };

    /// <summary>Why something could not be read from the cluster.</summary>
    public static string CodeOf(Exception exception) => IsUnreachable(exception) ? Codes.ControlPlaneUnreachable : Codes.DataUnavailable;

    /// <summary>True when a grain call got no answer: silo gone, no route, overdue.</summary>
    public static bool IsUnreachable(Exception exception) =>
        exception is (TimeoutException or OrleansException or ObjectDisposedException) and not InconsistentStateException;
}
