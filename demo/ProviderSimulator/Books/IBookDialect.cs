using ControlPlane.ProviderSimulator.Requests;

namespace ControlPlane.ProviderSimulator.Books;

/// <summary>How one broker speaks of orders, by its published documents.</summary>
internal interface IBookDialect
{
    string Provider { get; }

    /// <summary>Null for a call that has nothing to do with orders.</summary>
    AnswerScript? Answer(ProviderRequest request, OrderBook book);
}
