using ControlPlane.Grains.Integrations.Catalogue;

namespace ControlPlane.Grains.Integrations.Verification;

/// <summary>One way to ask a provider.</summary>
internal interface IVerifyKind
{
    bool Handles(string kind);

    /// <exception cref="VerifyFaultException">No answer came that can be evaluated.</exception>
    /// <exception cref="OperationCanceledException">The token was cancelled, by the caller or by the deadline.</exception>
    Task<Conclusion> VerifyAsync(VerifyTarget target, VerifyDefinition verify, CancellationToken cancellationToken);

    /// <summary>Whether a verify made now would log in.</summary>
    bool LogsIn(VerifyTarget target, VerifyDefinition verify) => false;
}
