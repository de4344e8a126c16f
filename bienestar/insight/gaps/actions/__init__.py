"""Writing diagnoses: running one, publishing one."""

from bienestar.insight.gaps.actions.diagnose import NothingToDiagnose, publish_run, run_diagnosis

__all__ = ["NothingToDiagnose", "publish_run", "run_diagnosis"]
