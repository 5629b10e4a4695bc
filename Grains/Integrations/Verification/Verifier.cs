using ControlPlane.Abstractions;
using ControlPlane.Grains.Integrations.Catalogue;
using ControlPlane.Grains.Integrations.Verification.Outcomes;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>Picks the way to ask by the verify's kind, and keeps the deadline.</summary>
internal sealed class Verifier(IEnumerable<IVerifyKind> kinds, TimeProvider time) : IVerifier
{
    private readonly IVerifyKind[] _kinds = [.. kinds];

    public async Task<VerifyVerdict> VerifyAsync(VerifyTarget target, TimeSpan deadline, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();

        // On the thread pool, as a busy grain's scheduler must not hold the deadline up.
        var conclusion = await Task.Run(() => ConcludeAsync(target, deadline, cancellationToken), cancellationToken);
        return VerdictWriter.Write(conclusion, target, time.GetElapsedTime(started));
    }

    public bool LogsIn(VerifyTarget target) =>
        target.Access.Verify is { } verify && Array.Find(_kinds, kind => kind.Handles(verify.Kind))?.LogsIn(target, verify) == true;

    private static Conclusion? WrongKind(VerifyTarget target)
    {
        foreach (var variable in target.Provider.Variables.Where(variable => target.Access.Requires.Contains(variable.Name)))
        {
            if (target.Values.TryGetValue(variable.Name, out var value) && WrongKindCheck.Hint(variable, value.Reveal()) is { } hint)
                return new Conclusion(VerifyStatus.Invalid, VerifyCodes.WrongKindOfKey, HttpStatus: null) { Variable = variable.Name, Message = $"{variable.Name} holds a key of another kind, so nothing was sent.", Fix = hint };
        }

        return null;
    }

    private async Task<Conclusion> ConcludeAsync(VerifyTarget target, TimeSpan deadline, CancellationToken cancellationToken)
    {
        if (target.Access.Verify is not { } verify || Array.Find(_kinds, kind => kind.Handles(verify.Kind)) is not { } way)
            return Conclusion.Inconclusive(VerifyCodes.NoVerify, httpStatus: null);

        using var limit = new CancellationTokenSource(deadline > TimeSpan.Zero ? deadline : TimeSpan.Zero, time);
        using var linked = CancellationTokenSource.CreateLinkedTokenSource(limit.Token, cancellationToken);
        try
        {
            return WrongKind(target) ?? await way.VerifyAsync(target, verify, linked.Token);
        }
        catch (VerifyFaultException fault)
        {
            cancellationToken.ThrowIfCancellationRequested();
            return Conclusion.Of(fault);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return Conclusion.Inconclusive(VerifyCodes.Timeout, httpStatus: null);
        }
    }
}
