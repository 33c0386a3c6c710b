"""Layout measures, as the report's modules take them; they are worked out in analysis."""

from optimizer.analysis.layout import Layout, layout_of, main_use_i, shares_iu

__all__ = ["Layout", "layout_of", "main_use_i", "shares_iu"]
