namespace ControlPlane.Dashboard.Views.Connections;

/// <summary>The order of the rows, which rests while a pointer or the focus is among them.</summary>
public sealed partial class ConnectionsView
{
    private readonly ConnectionList _list = new();
    private bool _pointer;
    private bool _focus;

    private IReadOnlyList<ConnectionRow> Rows => _list.Shown;

    private void Arrange()
    {
        _list.Arrange(Store, new(Chosen, Query ?? "", SortKey, Desc, Provider, All == 1));
        _window.Fit(Rows.Count);
    }

    private void Hold()
    {
        _pointer = true;
        _list.Order.Hold([.. Rows.Select(line => line.Row.Provider)]);
    }

    private void PointerLeft() => Leave(ref _pointer);

    private void FocusIn()
    {
        _focus = true;
        _list.Order.Hold([.. Rows.Select(line => line.Row.Provider)]);
    }

    private void FocusOut() => Leave(ref _focus);

    private void Leave(ref bool reason)
    {
        reason = false;
        if (!_pointer && !_focus) ReleaseOrder();
    }

    private void ReleaseOrder()
    {
        _list.Order.Release();
        Arrange();
    }
}
