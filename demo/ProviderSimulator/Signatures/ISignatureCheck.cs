using ControlPlane.ProviderSimulator.Keys;
using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Signatures;

/// <summary>A provider's way of checking a signed request, written from its published scheme.</summary>
internal interface ISignatureCheck
{
    /// <summary>The name scripts use.</summary>
    string Name { get; }

    /// <summary>Headers and parameters that this check evaluates, so that the plain comparison leaves them alone.</summary>
    IReadOnlySet<string> OwnParts { get; }

    /// <summary>The answer to a signature from another time, for scripts without one; null for the one to an unknown key.</summary>
    AnswerScript? StaleAnswer { get; }

    /// <summary>Whether all that the scheme needs was sent.</summary>
    bool IsPresent(ProviderRequest request);

    SignatureOutcome Check(ProviderRequest request, KeySet key, DateTimeOffset now);
}
